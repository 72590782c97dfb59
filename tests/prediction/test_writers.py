"""What is written comes back to the letter, whatever the text holds."""

import csv
import json

import pandas as pd
import pyarrow.parquet
import pytest

from claimstance.prediction.rows import FLAT_COLUMNS, to_flat_row, to_json_row
from claimstance.prediction.writers import CsvWriter, JsonLinesWriter, ParquetWriter
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


def write(writer, rows):
    """In two batches, as a long run would."""
    writer.write(rows[:4])
    writer.write(rows[4:])
    writer.close()
    assert writer.written == len(rows)


def open_text(path):
    return path.open("w", encoding="utf-8", newline="")


def test_json_lines_come_back_one_object_a_line(rows, tmp_path):
    path = tmp_path / "out.jsonl"
    write(JsonLinesWriter(open_text(path)), rows)
    lines = path.read_bytes().split(b"\n")
    assert lines.pop() == b""
    assert [json.loads(line) for line in lines] == [to_json_row(row) for row in rows]
    assert "👩\u200d👧".encode() in lines[5]  # readable as it stands


def test_json_lines_name_the_stance_and_every_probability(rows, tmp_path):
    path = tmp_path / "out.jsonl"
    write(JsonLinesWriter(open_text(path)), rows)
    row = json.loads(path.read_text(encoding="utf-8").split("\n")[1])
    assert row == {
        "article_id": "a,“1”",
        "index": 1,
        "start": 0,
        "end": 30,
        "text": 'He said: "It is, well, false."',
        "stance": "denied",
        "score": 0.7,
        "abstained": False,
        "probabilities": {"asserted": 0.1, "denied": 0.7, "disputed": 0.1, "no_claim": 0.1},
        "model": "plain-0123abcd",
    }


def test_csv_comes_back_through_a_reader(rows, tmp_path):
    path = tmp_path / "out.csv"
    write(CsvWriter(open_text(path)), rows)
    with path.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert tuple(found[0]) == FLAT_COLUMNS
    assert [row["text"] for row in found] == TEXTS
    expected = [{key: str(value) for key, value in to_flat_row(row).items()} for row in rows]
    assert found == expected


def test_csv_comes_back_through_pandas(rows, tmp_path):
    path = tmp_path / "out.csv"
    write(CsvWriter(open_text(path)), rows)
    frame = pd.read_csv(path)
    assert list(frame["stance"]) == [row.stance.value for row in rows]
    assert frame["end"].tolist() == [len(text) for text in TEXTS]


def test_parquet_comes_back_with_a_row_group_a_batch(rows, tmp_path):
    path = tmp_path / "out.parquet"
    write(ParquetWriter(path), rows)
    assert pyarrow.parquet.read_table(path).to_pylist() == [to_flat_row(row) for row in rows]
    assert pyarrow.parquet.ParquetFile(path).num_row_groups == 2


def test_the_columns_of_a_parquet_file_have_types_even_without_rows(tmp_path):
    path = tmp_path / "out.parquet"
    ParquetWriter(path).close()
    schema = pyarrow.parquet.read_schema(path)
    assert tuple(schema.names) == FLAT_COLUMNS
    assert str(schema.field("text").type) == "string"
    assert {str(schema.field(name).type) for name in ("index", "start", "end")} == {"int64"}
    assert {str(schema.field(n).type) for n in FLAT_COLUMNS if "prob" in n} == {"double"}


def test_an_empty_csv_has_its_heading(tmp_path):
    path = tmp_path / "out.csv"
    CsvWriter(open_text(path)).close()
    assert path.read_text(encoding="utf-8").strip() == ",".join(FLAT_COLUMNS)


def test_the_same_figures_stand_in_every_format(rows):
    nested, flat = to_json_row(rows[0]), to_flat_row(rows[0])
    for name, value in nested.pop("probabilities").items():
        assert flat[f"probability_{name}"] == value
    assert nested.items() <= flat.items()


def test_rows_are_on_disk_as_soon_as_their_batch_is_written(rows, tmp_path):
    path = tmp_path / "out.jsonl"
    writer = JsonLinesWriter(open_text(path))
    writer.write(rows[:2])
    assert path.read_bytes().count(b"\n") == 2
    writer.close()
