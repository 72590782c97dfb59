"""The three formats of predictions: rows to bytes, and the bytes of many parts to one file."""

import csv
import io
import json
import shutil
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from claimstance.prediction.rows import FLAT_COLUMNS, to_flat_row, to_json_row
from claimstance.records import Prediction


class Format(StrEnum):
    """How rows are written; the value is the suffix of a file."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


def encode(predictions: Sequence[Prediction], form: Format) -> bytes:
    """The content of a whole file with these rows; the same rows give the same bytes."""
    if form is Format.JSONL:
        rows = (json.dumps(to_json_row(row), ensure_ascii=False) + "\n" for row in predictions)
        return "".join(rows).encode()
    flat = [to_flat_row(row) for row in predictions]
    return _heading_and(flat) if form is Format.CSV else _parquet(flat)


def join(parts: Iterable[Path], target: Path, form: Format) -> None:
    """Write the rows of all parts into one file, in bounded memory."""
    if form is Format.PARQUET:
        _join_parquet(parts, target)
    else:
        _join_text(parts, target, len(_heading_and([])) if form is Format.CSV else 0)


def _join_text(parts: Iterable[Path], target: Path, heading: int) -> None:
    """Without the heading, of so many bytes, of all parts but the first."""
    with target.open("wb") as joined:
        for number, part in enumerate(parts):
            with part.open("rb") as rows:
                rows.seek(heading if number else 0)
                shutil.copyfileobj(rows, joined)


def _heading_and(rows: list[dict[str, Any]]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, FLAT_COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def _parquet(rows: list[dict[str, Any]]) -> bytes:
    import pyarrow
    import pyarrow.parquet

    stream = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, _schema()), stream)
    return stream.getvalue()


def _join_parquet(parts: Iterable[Path], target: Path) -> None:
    """A row group a part; a part without rows gives none."""
    import pyarrow.parquet

    with pyarrow.parquet.ParquetWriter(target, _schema()) as joined:
        for part in parts:
            rows = pyarrow.parquet.read_table(part, partitioning=None)
            if len(rows):
                joined.write_table(rows)


def _schema() -> Any:  # pyarrow is untyped
    import pyarrow

    def kind(name: str) -> Any:
        if name == "abstained":
            return pyarrow.bool_()
        last = name.rpartition("_")[2]
        if last in ("paragraph", "index", "start", "end"):
            return pyarrow.int64()
        if last in ("score", "confidence") or name.startswith("probability_"):
            return pyarrow.float64()
        return pyarrow.string()

    return pyarrow.schema([(name, kind(name)) for name in FLAT_COLUMNS])
