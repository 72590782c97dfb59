"""A file of predictions is whole or not there; what was finished before a failure is kept."""

import io
import json

import pandas as pd
import pytest

from claimstance.errors import ArticleError, OutputError
from claimstance.prediction.output import output

READERS = {
    ".jsonl": lambda path: pd.read_json(path, lines=True),
    ".csv": pd.read_csv,
    ".parquet": pd.read_parquet,
}
each_format = pytest.mark.parametrize("suffix", READERS)


@pytest.fixture
def rows(predicted):
    return [predicted("They denied it.", index=0), predicted("Again.", index=1)]


def names(folder):
    return {path.name for path in folder.iterdir()}


@each_format
def test_the_file_appears_only_when_it_is_whole(rows, tmp_path, suffix):
    path = tmp_path / f"out{suffix}"
    with output(path) as writer:
        writer.write(rows)
        assert names(tmp_path) == {f"out.partial{suffix}"}
    assert names(tmp_path) == {path.name}
    assert list(READERS[suffix](path)["text"]) == ["They denied it.", "Again."]


@each_format
@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, ArticleError])
def test_what_was_finished_stays_readable_beside_it(rows, tmp_path, suffix, error):
    path = tmp_path / f"out{suffix}"
    with pytest.raises(error) as caught, output(path) as writer:
        writer.write(rows)
        raise error("stop")
    partial = tmp_path / f"out.partial{suffix}"
    assert names(tmp_path) == {partial.name}
    assert list(READERS[suffix](partial)["index"]) == [0, 1]
    assert caught.value.__notes__ == [f"the first 2 sentences are in {partial}"]


@each_format
def test_a_failure_before_the_first_row_leaves_nothing(tmp_path, suffix):
    with pytest.raises(ArticleError), output(tmp_path / f"out{suffix}"):
        raise ArticleError("no such file")
    assert names(tmp_path) == set()


def test_a_failure_leaves_the_earlier_file_as_it_was(rows, tmp_path):
    path = tmp_path / "out.jsonl"
    with output(path) as writer:
        writer.write(rows)
    before = path.read_bytes()
    with pytest.raises(KeyboardInterrupt), output(path) as writer:
        writer.write(rows[:1])
        raise KeyboardInterrupt
    assert path.read_bytes() == before


@each_format
def test_a_full_disk_is_told_with_what_could_be_kept(rows, tmp_path, suffix):
    path = tmp_path / f"out{suffix}"
    with pytest.raises(OutputError) as caught, output(path) as writer:
        writer.write(rows)
        raise OSError(28, "No space left on device")
    expected = f"{path}: cannot be written (No space left on device); choose another --out"
    assert str(caught.value) == expected
    partial = tmp_path / f"out.partial{suffix}"
    assert len(READERS[suffix](partial)) == 2  # Parquet too: it was closed
    assert str(partial) in caught.value.__notes__[0]


def test_folders_on_the_way_are_made(rows, tmp_path):
    with output(tmp_path / "new" / "deep" / "out.csv") as writer:
        writer.write(rows)
    assert (tmp_path / "new" / "deep" / "out.csv").is_file()


def test_a_suffix_in_capitals_is_known(rows, tmp_path):
    with output(tmp_path / "OUT.JSONL") as writer:
        writer.write(rows)
    assert names(tmp_path) == {"OUT.JSONL"}


@pytest.mark.parametrize("name", ["out.xlsx", "out", "out.jsonl.gz", ".csv"])
def test_an_unknown_suffix_is_told_before_anything_is_made(tmp_path, name):
    path = tmp_path / "new" / name
    with pytest.raises(OutputError) as caught, output(path):
        pytest.fail("began to write")
    assert str(caught.value) == f"{path}: predictions are written as .jsonl, .csv, .parquet files"
    assert names(tmp_path) == set()


def test_a_folder_is_no_file(tmp_path):
    path = tmp_path / "out.csv"
    path.mkdir()
    with pytest.raises(OutputError, match=r"out\.csv: is a folder; name a file"), output(path):
        pytest.fail("began to write")


@each_format
def test_a_path_that_cannot_be_written_is_told(tmp_path, suffix):
    (tmp_path / "file").touch()
    path = tmp_path / "file" / f"out{suffix}"
    with (
        pytest.raises(OutputError, match=r"cannot be written \(.+\); choose another --out"),
        output(path),
    ):
        pytest.fail("began to write")


def test_without_a_path_rows_go_to_standard_output_as_json_lines(rows, capsys):
    with output(None) as writer:
        writer.write(rows)
    said = capsys.readouterr()
    found = [json.loads(line) for line in said.out.splitlines()]
    assert [row["text"] for row in found] == ["They denied it.", "Again."]
    assert said.err == ""
    print("still open")  # noqa: T201
    assert capsys.readouterr().out == "still open\n"


def test_a_reader_that_has_gone_is_not_an_error_of_the_output():
    with pytest.raises(BrokenPipeError), output(None):
        raise BrokenPipeError


def test_standard_output_that_cannot_be_written_is_told(rows, monkeypatch):
    class Full(io.StringIO):
        def write(self, text):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("sys.stdout", Full())
    with (
        pytest.raises(OutputError, match=r"^standard output: cannot be written \(No space left"),
        output(None) as writer,
    ):
        writer.write(rows)
