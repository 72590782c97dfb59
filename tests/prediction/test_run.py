"""A run ends with every sentence exactly once, however often it was killed on its way."""

import json
import os
import re
from pathlib import Path

import pandas as pd
import pytest

from claimstance.errors import ArticleError, OutputError
from claimstance.prediction.formats import Format
from claimstance.prediction.manifest import RunManifest
from claimstance.prediction.place import place_of
from claimstance.prediction.predict import LocalEngine
from claimstance.prediction.run import Request, predict_all
from claimstance.reading.articles import open_inputs, read_inputs
from claimstance.records import Article, Stance

READERS = {
    "jsonl": lambda path: pd.read_json(path, lines=True),
    "csv": pd.read_csv,
    "parquet": pd.read_parquet,
}
OUTS = ("p.jsonl", "p.csv", "p.parquet", "p/")
KEPT = "what is finished is kept: the same command goes on"


class Killed(BaseException):
    """What a process does not live to see."""


def row(number):
    return json.dumps({"id": f"a{number}", "text": f"Report {number} is in. They denied it."})


@pytest.fixture(autouse=True)
def fast(monkeypatch):
    """No waiting for the disk."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def articles(monkeypatch, tmp_path):
    """Two files in an empty folder, with two broken rows; cut small they are six shards."""
    monkeypatch.chdir(tmp_path)
    Path("a.jsonl").write_text("\n".join([row(0), row(1), "{", *map(row, range(2, 8))]))
    Path("b.jsonl").write_text("\n".join([row(8), row(9), "[]"]))
    return ["a.jsonl", "b.jsonl"]


@pytest.fixture
def run(articles, classifier):
    """Runs over the articles with shards of two articles each."""

    def run(out, inputs=articles, form=None, **options):
        options = {"shard_chars": 200, **options}
        request = Request(open_inputs(inputs), place_of(out, form), **options)
        return predict_all(request, LocalEngine(classifier))

    return run


def files(folder="."):
    """Every file below a folder but the input, with its content."""
    found = sorted(path for path in Path(folder).rglob("*") if path.is_file())
    return {
        str(path): path.read_bytes() for path in found if path.name not in ("a.jsonl", "b.jsonl")
    }


@pytest.fixture
def die(monkeypatch):
    """Has the n-th write of any kind fail, and all after it: a killed process cleans up nothing."""

    def die(after, error=Killed, torn=False):
        left = [after]

        def dying(function):
            def call(*arguments, **options):
                left[0] -= 1
                if left[0] < 0:
                    if torn and function is append:
                        arguments[0]._file.write(arguments[1][: len(arguments[1]) // 2])
                    raise error("at once")
                return function(*arguments, **options)

            return call

        append = RunManifest._append
        patches = monkeypatch.context()
        patch = patches.__enter__()
        for owner, names in (
            (os, ("fsync",)),
            (Path, ("mkdir", "replace", "unlink", "rmdir", "touch")),
            (RunManifest, ("_append", "clear")),
        ):
            for name in names:
                patch.setattr(owner, name, dying(getattr(owner, name)))
        return lambda: patches.__exit__(None, None, None)

    return die


def test_every_sentence_stands_in_the_output_once(run):
    for out in OUTS[:3]:
        summary = run(out)
        frame = READERS[out[2:]](out)
        assert frame["article_id"].tolist() == [f"a{n}" for n in range(10) for _ in range(2)]
        assert (summary.articles, summary.unreadable) == (10, 2)
        assert summary.counts == {Stance.ASSERTED: 10, Stance.DENIED: 10}
        assert Path(f"{out}.errors.jsonl").read_text().count("\n") == 2
    assert {Path(name).parent.name for name in files()} == {""}  # no parts are left


def test_a_folder_keeps_its_parts(run):
    run("p/", form=Format.CSV)
    names = [name.removeprefix("p/") for name in files()]
    parts = [f"part-000000{number}.csv" for number in range(6)]
    assert sorted(names) == sorted(["_SUCCESS", "_errors.jsonl", "_manifest.jsonl", *parts])
    frames = [pd.read_csv(f"p/{part}") for part in parts]
    assert pd.concat(frames)["article_id"].nunique() == 10


def test_errors_are_listed_with_their_place_and_reason(run):
    run("p.csv")
    first, second = map(json.loads, Path("p.csv.errors.jsonl").read_text().splitlines())
    assert first["place"] == "a.jsonl:3"
    assert first["reason"].startswith("not JSON")
    reason = 'a JSON list where an object is expected, e.g. {"text": "..."}'
    assert second == {"place": "b.jsonl:3", "reason": reason}


@pytest.mark.slow
@pytest.mark.parametrize("torn", [False, True])
@pytest.mark.parametrize("out", OUTS)
def test_killed_at_any_write_it_goes_on_to_the_same_bytes(out, torn, run, die):
    run(out)
    expected = files()
    for file in expected:
        Path(file).unlink()
    stages = 0
    while True:
        recover = die(stages, torn=torn)
        try:
            run(out)
        except Killed:
            stages += 1
        else:
            break
        finally:
            recover()
        run(out)
        assert files() == expected
        for file in expected:
            Path(file).unlink()
    assert stages > 25


@pytest.mark.parametrize("out", OUTS)
def test_killed_again_and_again_it_goes_on_to_the_same_bytes(out, run, die):
    run(out)
    expected = files()
    for file in expected:
        Path(file).unlink()
    for kills in range(1, 100):  # a step further each time is enough to finish
        recover = die(kills // 2 + 1)
        try:
            run(out)
        except Killed:
            continue
        finally:
            recover()
        break
    assert 5 < kills < 99
    assert files() == expected


def test_rows_are_on_disk_before_their_line_and_the_line_before_the_next_shard(run, monkeypatch):
    happened = []

    def noted(function, what):
        def call(*arguments):
            happened.append(what)
            return function(*arguments)

        return call

    monkeypatch.setattr(os, "fsync", noted(os.fsync, "fsync"))
    monkeypatch.setattr(Path, "replace", noted(Path.replace, "replace"))
    monkeypatch.setattr(RunManifest, "add", noted(RunManifest.add, "add"))
    run("p/", inputs=["b.jsonl"])
    shard = ["fsync", "replace", "fsync", "add", "fsync"]
    assert happened[1:11] == shard * 2  # the first brought the run's own line to the disk


def test_finished_shards_are_not_computed_again(run, die, classifier):
    recover = die(20)
    with pytest.raises(Killed):
        run("p.jsonl")
    recover()
    before = len(classifier.batches)
    assert 1 < before < 6
    summary = run("p.jsonl")
    assert len(classifier.batches) in (6, 7)  # the one on its way is computed twice
    assert (summary.articles, summary.unreadable) == (10, 2)


@pytest.fixture
def stopped(run, die):
    """Stops a run after two shards or so."""

    def stopped(out="p.jsonl", error=KeyboardInterrupt, **options):
        recover = die(20, error=error)
        with pytest.raises(BaseException) as caught:
            run(out, **options)
        recover()
        return caught.value

    return stopped


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_interruption_tells_that_it_can_go_on(error, stopped):
    assert stopped(error=error).__notes__ == [KEPT]


def test_a_full_disk_is_told_and_loses_nothing(stopped, run):
    error = stopped(error=lambda _: OSError(28, "No space left on device"))
    says = "p.jsonl: cannot be written (No space left on device); choose another --out"
    assert (type(error), str(error), error.__notes__) == (OutputError, says, [KEPT])
    assert run("p.jsonl").articles == 10


def test_a_failure_before_the_first_shard_leaves_nothing(run, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("claimstance.prediction.parts._sync", full)
    with pytest.raises(OutputError) as caught:
        run("p.jsonl")
    assert not hasattr(caught.value, "__notes__")
    assert sorted(path.name for path in Path().iterdir()) == ["a.jsonl", "b.jsonl"]


def test_until_the_output_is_whole_the_earlier_one_stays(run, stopped):
    run("p.jsonl", max_chars=60)
    before = Path("p.jsonl").read_bytes()
    stopped()
    assert Path("p.jsonl").read_bytes() == before


def test_errors_of_an_earlier_run_do_not_stay(run):
    run("p.jsonl")
    Path("c.jsonl").write_text(row(1))
    run("p.jsonl", inputs=["c.jsonl"])
    assert not Path("p.jsonl.errors.jsonl").exists()


def test_a_finished_folder_is_found_as_it_is(run, classifier):
    first, before, computed = run("p/"), files(), len(classifier.batches)
    assert run("p/") == first
    assert (files(), len(classifier.batches)) == (before, computed)


def test_a_finished_folder_is_replaced_on_demand_and_by_nothing_else(run, articles, monkeypatch):
    run("p/")
    before = files()
    for change in ({"inputs": ["b.jsonl"]}, {"min_confidence": 0.5}):
        with pytest.raises(OutputError, match=r"^p/: a finished run stands .* --restart"):
            run("p/", **change)
    more = [Article("new", "They came."), *read_inputs(open_inputs(articles), 100_000, print)]
    for found, says in ((more, "is not what it was"), (more[1:] + more[:1], "become longer")):
        with monkeypatch.context() as patch, pytest.raises(OutputError, match=says):
            patch.setattr("claimstance.prediction.run.read_inputs", lambda *_, f=found: iter(f))
            run("p/")
    assert files() == before
    Path("b.jsonl").write_text(row(8))
    run("p/", inputs=["b.jsonl"], restart=True)
    assert [name for name in files("p") if "part" in name] == ["p/part-0000000.parquet"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"min_confidence": 0.5}, r"min-confidence \(0\.0, now 0\.5\)"),
        ({"max_chars": 1000}, r"max-chars \(1000000, now 1000\)"),
        ({"shard_chars": 300}, r"shard-chars \(200, now 300\)"),
        ({"inputs": ["a.jsonl"]}, r"inputs \(2 of [\d,]+ bytes, \w+, now 1 of "),
    ],
)
def test_another_run_does_not_go_on(change, says, stopped, run):
    stopped()
    with pytest.raises(OutputError, match=rf"^p\.jsonl: an unfinished run .* another {says}"):
        run("p.jsonl", **change)
    assert run("p.jsonl").articles == 10  # and nothing was lost
    stopped()
    assert run("p.jsonl", restart=True, **change).articles > 0


def test_another_model_does_not_go_on(stopped, run, classifier):
    stopped()
    classifier.id = "by-word-4567"
    with pytest.raises(OutputError, match=r"model \(by-word-0123, now by-word-4567\)"):
        run("p.jsonl")


def test_other_packages_do_not_go_on(stopped, run, monkeypatch):
    stopped()
    monkeypatch.setattr("claimstance.prediction.versions.version", lambda name: f"{name}-9")
    with pytest.raises(OutputError, match=r"another claimstance \(.*, now claimstance-9\)"):
        run("p.jsonl")


def test_a_failure_elsewhere_is_not_one_of_writing(run, classifier, monkeypatch):
    def broken(_):
        raise OSError(5, "no model")

    monkeypatch.setattr(classifier, "predict_proba", broken)
    for out in ("p.jsonl", None):
        with pytest.raises(OSError, match="no model"):
            run(out)


def test_a_folder_that_its_last_holder_removes_is_made_again(tmp_path, monkeypatch):
    import fcntl

    manifest, lock, left = tmp_path / "p" / "m.jsonl", fcntl.flock, [1]

    def late(file, how):
        if left:
            left.pop()
            manifest.unlink()
            manifest.parent.rmdir()
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", late)
    RunManifest(manifest).close()
    assert manifest.exists()


def test_another_format_does_not_go_on(stopped, run):
    stopped("p/", form=Format.CSV)
    with pytest.raises(OutputError, match=r"format \(csv, now parquet\); give it the same options"):
        run("p/")


def test_a_changed_article_is_found(stopped, run):
    stopped()
    Path("a.jsonl").write_text(Path("a.jsonl").read_text().replace("Report 1", "Report X"))
    with pytest.raises(OutputError, match=r'p\.jsonl: the input .* is not what it was: "a0" to "a'):
        run("p.jsonl")


def test_input_that_has_become_shorter_is_found(stopped, run, monkeypatch):
    stopped()
    monkeypatch.setattr("claimstance.prediction.run.read_inputs", lambda *_: iter(()))
    with pytest.raises(OutputError, match="has become shorter"):
        run("p.jsonl")


@pytest.mark.parametrize("content", [None, b"", b"{}\n"])
def test_a_damaged_part_is_found(content, stopped, run):
    stopped()
    part = Path(".p.jsonl.parts/part-0000000.jsonl")
    part.unlink()
    if content is not None:
        part.write_bytes(content)
    with pytest.raises(OutputError, match=r"part-0000000\.jsonl: damaged or missing; begin anew"):
        run("p.jsonl")
    assert run("p.jsonl", restart=True).articles == 10


@pytest.mark.parametrize("line", [0, 1])
def test_a_damaged_manifest_is_found(line, stopped, run):
    stopped()
    manifest = Path(".p.jsonl.parts/_manifest.jsonl")
    lines = manifest.read_text().splitlines(keepends=True)
    lines[line] = '{"version": "0"}\n'
    manifest.write_text("".join(lines))
    with pytest.raises(OutputError, match=r"_manifest\.jsonl: damaged, or of another version"):
        run("p.jsonl")


@pytest.mark.parametrize("out", ["p.jsonl", "p/"])
def test_two_runs_do_not_write_to_one_output(out, run, classifier):
    told = []

    class First(LocalEngine):
        def compute(self, *arguments):
            with pytest.raises(OutputError, match="another run is writing here; wait for it"):
                run(out)
            told.append(True)
            return super().compute(*arguments)

    summary = predict_all(Request(open_inputs(["b.jsonl"]), place_of(out)), First(classifier))
    assert (told, summary.articles) == ([True], 2)


def test_a_folder_of_something_else_is_left_alone(run):
    Path("letters").mkdir()
    Path("letters/part-00000.csv").write_text("Dear Anna")
    with pytest.raises(OutputError, match="letters: exists and is not ours to replace"):
        run("letters/", restart=True)
    assert Path("letters/part-00000.csv").read_text() == "Dear Anna"


def test_nothing_that_can_be_read_is_an_error(run):
    Path("a.jsonl").write_text("{\n[]\n")
    for out in ("p.jsonl", "p/", None):
        with pytest.raises(ArticleError, match=r"^a\.jsonl:1: .* \(and 1 more that cannot be read"):
            run(out, inputs=["a.jsonl"])
    assert files() == {}


@pytest.mark.parametrize(
    ("limit", "says"),
    [(0, r"^a\.jsonl:3: not JSON .* object$"), (1, r"^b\.jsonl:3: .* 2 with --max-errors 1\)$")],
)
def test_it_stops_at_too_many_errors_and_goes_on_with_a_higher_limit(limit, says, run):
    with pytest.raises(ArticleError) as caught:
        run("p.jsonl", max_errors=limit)
    assert re.search(says, str(caught.value))
    assert caught.value.__notes__ == [KEPT]
    assert run("p.jsonl", max_errors=2).articles == 10


def test_on_standard_output_rows_are_printed_and_errors_told(run, capsys):
    summary = run(None)
    said = capsys.readouterr()
    assert [json.loads(line)["article_id"] for line in said.out.splitlines()[::2]] == [
        f"a{number}" for number in range(10)
    ]
    assert said.err.startswith("unreadable: a.jsonl:3: not JSON")
    assert said.err.count("\n") == summary.unreadable == 2
    assert files() == {}
