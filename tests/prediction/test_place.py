"""`--out` and `--format` name a file or a folder of parts, or are refused before any work."""

from pathlib import Path

import pytest

from claimstance.errors import OutputError
from claimstance.prediction.formats import Format
from claimstance.prediction.place import Place, place_of


@pytest.mark.parametrize(
    ("out", "form", "place"),
    [
        ("p.jsonl", None, (".p.jsonl.parts", "p.jsonl", "jsonl")),
        ("new/P.CSV", None, ("new/.P.CSV.parts", "new/P.CSV", "csv")),
        ("p/", None, ("p", None, "parquet")),
        ("p/", Format.CSV, ("p", None, "csv")),
        ("p.d", Format.JSONL, ("p.d", None, "jsonl")),
    ],
)
def test_a_file_or_a_folder(out, form, place):
    folder, file, suffix = place
    assert place_of(out, form) == Place(out, Path(folder), file and Path(file), Format(suffix))


def test_without_a_name_it_is_standard_output():
    assert place_of(None) is None
    with pytest.raises(OutputError, match="--format csv: standard output is JSON lines"):
        place_of(None, Format.CSV)


def test_where_errors_and_parts_are():
    assert place_of("p.csv").errors == Path("p.csv.errors.jsonl")
    assert place_of("p/").errors == Path("p/_errors.jsonl")
    assert place_of("p/").part(7) == Path("p/part-0000007.parquet")


@pytest.mark.parametrize("name", ["out.xlsx", "out", "out.jsonl.gz", ".csv"])
def test_an_unknown_suffix(name):
    with pytest.raises(OutputError) as caught:
        place_of(f"new/{name}")
    expected = f"new/{name}: predictions are written as .jsonl, .csv, .parquet files"
    assert str(caught.value) == expected


def test_a_format_beside_a_suffix_is_refused():
    with pytest.raises(OutputError, match=r"rows\.csv: is named as a file; leave out --format"):
        place_of("rows.csv", Format.CSV)
    assert place_of("rows.csv/", Format.CSV).file is None


def test_a_link_stays_and_what_it_leads_to_is_written(tmp_path):
    (tmp_path / "link.csv").symlink_to(tmp_path / "far" / "rows.csv")
    place = place_of(str(tmp_path / "link.csv"))
    assert place.file == tmp_path / "far" / "rows.csv"
    assert place.folder == tmp_path / "far" / ".rows.csv.parts"


def test_a_folder_is_no_file_and_a_file_no_folder(tmp_path):
    (tmp_path / "out.csv").mkdir()
    (tmp_path / "out").touch()
    with pytest.raises(OutputError, match=r"out\.csv: is a folder; name a file, or .*out\.csv/ "):
        place_of(f"{tmp_path}/out.csv")
    with pytest.raises(OutputError, match="out: is a file; name a folder, or leave out --format"):
        place_of(f"{tmp_path}/out", Format.CSV)
