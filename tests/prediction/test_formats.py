"""What is written comes back to the letter, whatever the text holds."""

import csv
import json

import pandas as pd
import pyarrow.parquet
import pytest

from claimstance.prediction.formats import Format, encode, join
from claimstance.prediction.rows import FLAT_COLUMNS, SPAN_COLUMNS, to_flat_row, to_json_row
from claimstance.records import Stance

TEXTS = [
    "Plain.",
    'He said: "It is, well, false."',
    "“Curly”, she said – and ‘left’.",
    "Two\nlines, one\r\nof Windows.",
    "\u2028 and \x85 end lines for some readers",
    "Emoji 👩\u200d👧 and 😀",
    "Комендант отрицает; العربية",
    "=SUM(A1:A2), -1, @here",
    "semicolon; tab\t; comma, and a trailing backslash \\",
    "[bold]not markup[/bold]",
]


@pytest.fixture
def rows(predicted):
    stances = list(Stance) * 3
    return [predicted(text, stances[n], f"a,“{n}”", n) for n, text in enumerate(TEXTS)]


@pytest.fixture
def write(tmp_path):
    """Writes rows in parts and joins them, as a long run does; gives the path of the file."""

    def write(rows, form):
        parts = [tmp_path / f"part-{number}" for number in range(3)]
        for part, own in zip(parts, (rows[:4], [], rows[4:]), strict=True):
            part.write_bytes(encode(own, form))
        join(parts, tmp_path / "joined", form)
        return tmp_path / "joined"

    return write


def test_json_lines_come_back_one_object_a_line(rows, write):
    path = write(rows, Format.JSONL)
    lines = path.read_bytes().split(b"\n")
    assert lines.pop() == b""
    assert [json.loads(line) for line in lines] == [to_json_row(row) for row in rows]
    assert "👩\u200d👧".encode() in lines[5]  # readable as it stands


def test_json_lines_name_the_stance_and_every_probability(rows, write):
    path = write(rows, Format.JSONL)
    row = json.loads(path.read_text(encoding="utf-8").split("\n")[1])
    assert row == {
        "article_id": "a,“1”",
        "article_title": "Title",
        "article_source": "Paper",
        "article_url": "https://paper.example/1",
        "article_published": "2026-11-30",
        "paragraph": 0,
        "index": 1,
        "start": 0,
        "end": 30,
        "text": 'He said: "It is, well, false."',
        "stance": "denied",
        "score": 0.7,
        "abstained": False,
        "probabilities": {"asserted": 0.1, "denied": 0.7, "disputed": 0.1, "no_claim": 0.1},
        **dict.fromkeys(SPAN_COLUMNS),
        "model": "plain-0123abcd",
    }


def test_csv_comes_back_through_a_reader(rows, write):
    path = write(rows, Format.CSV)
    with path.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert tuple(found[0]) == FLAT_COLUMNS
    assert [row["text"] for row in found] == TEXTS
    flat = map(to_flat_row, rows)
    empty = {None: ""}
    expected = [{key: str(empty.get(value, value)) for key, value in row.items()} for row in flat]
    assert found == expected


def test_csv_comes_back_through_pandas(rows, write):
    path = write(rows, Format.CSV)
    frame = pd.read_csv(path)
    assert list(frame["stance"]) == [row.stance.value for row in rows]
    assert frame["end"].tolist() == [len(text) for text in TEXTS]


def test_parquet_comes_back_with_a_row_group_a_part(rows, write):
    path = write(rows, Format.PARQUET)
    assert pyarrow.parquet.read_table(path).to_pylist() == [to_flat_row(row) for row in rows]
    assert pyarrow.parquet.ParquetFile(path).num_row_groups == 2


def test_the_columns_of_a_parquet_file_have_types_even_without_rows(write):
    path = write([], Format.PARQUET)
    schema = pyarrow.parquet.read_schema(path)
    assert tuple(schema.names) == FLAT_COLUMNS
    assert str(schema.field("text").type) == "string"
    assert {str(schema.field(name).type) for name in ("index", "start", "end")} == {"int64"}
    assert {str(schema.field(n).type) for n in FLAT_COLUMNS if "prob" in n} == {"double"}


def test_an_empty_csv_has_its_heading(write):
    path = write([], Format.CSV)
    assert path.read_text(encoding="utf-8").strip() == ",".join(FLAT_COLUMNS)


def test_the_same_figures_stand_in_every_format(rows):
    nested, flat = to_json_row(rows[0]), to_flat_row(rows[0])
    for name, value in nested.pop("probabilities").items():
        assert flat[f"probability_{name}"] == value
    assert nested.items() <= flat.items()


@pytest.mark.parametrize("form", Format)
def test_the_same_rows_give_the_same_bytes_in_parts_and_as_a_whole(rows, write, form):
    assert encode(rows, form) == encode(rows, form)
    first = write(rows, form).read_bytes()
    assert write(rows, form).read_bytes() == first
    if form is not Format.PARQUET:  # which keeps a row group a part
        assert first == encode(rows, form)
