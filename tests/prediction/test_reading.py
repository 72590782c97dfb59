"""What predict wrote comes back as the predictions that it was; anything else is told in a line."""

import pytest

from claimstance.errors import PredictionError
from claimstance.prediction.formats import Format, encode
from claimstance.prediction.reading import read_predictions
from claimstance.records import FoundSpans, Span

SPANS = FoundSpans(Span("He", 0, 2, 0.9), Span("said", 3, 7, 0.8), Span("", None, None, 0.25))
FORMATS = list(Format)


@pytest.fixture
def rows(predicted):
    text = 'He said: "It is,\nwell, false."\u2028'
    return [predicted(text, spans=SPANS, index=0), predicted("Plain.", index=1)]


@pytest.fixture
def written(tmp_path, rows):
    def written(name, form):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(encode(rows, form))
        return str(path)

    return written


def rounded(row):
    assert row.probabilities == pytest.approx((0.1, 0.7, 0.1, 0.1))
    return (row.article, row.sentence, row.stance, row.score, row.abstained, row.spans, row.model)


@pytest.mark.parametrize("form", FORMATS)
def test_predictions_come_back_as_they_were(form, written, rows):
    found = list(read_predictions([written(f"rows.{form}", form)]))
    assert list(map(rounded, found)) == list(map(rounded, rows))


def test_a_finished_folder_of_parts_is_read_in_order(tmp_path, written, rows):
    written("out/part-0000001.csv", Format.CSV)
    written("out/part-0000000.csv", Format.CSV)
    (tmp_path / "out" / "_errors.jsonl").touch()
    with pytest.raises(PredictionError, match="no finished folder"):
        list(read_predictions([str(tmp_path / "out")]))
    (tmp_path / "out" / "_SUCCESS").touch()
    assert len(list(read_predictions([str(tmp_path / "out")]))) == 2 * len(rows)


def test_globs_and_several_inputs_are_read(tmp_path, written):
    one, _ = written("a.csv", Format.CSV), written("b.csv", Format.CSV)
    assert len(list(read_predictions([str(tmp_path / "*.csv"), one]))) == 6


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("gone.jsonl", None, "not found"),
        ("rows.txt", b"x", "are .jsonl, .csv, .parquet files"),
        ("rows.jsonl", b"", "holds no rows"),
        ("rows.jsonl", b"{", ":1: not JSON"),
        ("rows.jsonl", b'{"text": "It is."}', "no 'probability_asserted'"),
        ("rows.jsonl", b"\xff\xfe", "not UTF-8"),
        ("rows.csv", b"text\nIt is.\n", "row 1: no 'probability_asserted'"),
        ("rows.parquet", b"PAR1", "cannot be read as Parquet"),
    ],
)
def test_anything_else_is_told_in_one_line(tmp_path, name, content, told):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(PredictionError, match=told) as raised:
        list(read_predictions([str(tmp_path / name)]))
    assert "\n" not in str(raised.value)
    assert str(tmp_path / name) in str(raised.value)


def test_a_row_with_a_changed_cell_is_told_with_its_place(tmp_path, written):
    path = tmp_path / "rows.csv"
    written("rows.csv", Format.CSV)
    path.write_text(
        path.read_text(encoding="utf-8").replace(",denied,", ",deny,"), encoding="utf-8"
    )
    with pytest.raises(PredictionError, match=r"row 1: not a row .*'deny'"):
        list(read_predictions([str(path)]))
