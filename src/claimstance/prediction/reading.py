"""Predictions read back from what `predict` wrote: files, and folders of parts."""

import csv
import glob
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from claimstance.errors import PredictionError, lines_of
from claimstance.prediction.parts import DONE
from claimstance.prediction.rows import from_row
from claimstance.reading.json_lines import LONGEST_LINE, json_object, placed_lines
from claimstance.records import Prediction


def read_predictions(inputs: Sequence[str]) -> Iterator[Prediction]:
    """Every row of these files, folders of parts and globs, in order.

    Raises:
        PredictionError: one is missing, unfinished, or nothing that `predict` wrote.
    """
    for path in [path for name in inputs for path in _files(name)]:
        for place, row in _rows(path):
            yield from_row(row, place)


def _files(name: str) -> Iterator[Path]:
    path = Path(name)
    if path.is_dir():
        yield from _parts(path)
        return
    # Path.glob takes no absolute patterns
    matching = map(Path, sorted(glob.glob(name, recursive=True)))  # noqa: PTH207
    found = [path] if path.is_file() else [each for each in matching if each.is_file()]
    if not found:
        raise PredictionError(f"{name}: not found; make it with: claimstance predict ARTICLES")
    yield from found


def _parts(folder: Path) -> Iterator[Path]:
    if not (folder / DONE).is_file():
        raise PredictionError(
            f"{folder}: no finished folder of predictions (no {DONE}); the command that began "
            "it goes on where it stopped"
        )
    yield from sorted(folder.glob("part-*"))


def _rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    readers = {".jsonl": _json_rows, ".csv": _csv_rows, ".parquet": _parquet_rows}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        suffixes = ", ".join(readers)
        raise PredictionError(f"{path}: predictions are {suffixes} files")
    try:
        yield from reader(path)
    except UnicodeDecodeError:
        raise PredictionError(f"{path}: not UTF-8, as predictions are") from None
    except OSError as error:
        raise PredictionError(f"{path}: cannot be read ({error.strerror or error})") from None


def _json_rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    with path.open(encoding="utf-8", newline="\n") as lines:
        for place, line in placed_lines(lines, str(path), PredictionError):
            yield place, json_object(line, place, PredictionError)


def _csv_rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    csv.field_size_limit(LONGEST_LINE)
    with path.open(encoding="utf-8", newline="") as lines:
        try:
            for number, row in enumerate(csv.DictReader(lines, strict=True), 1):
                yield f"{path}: row {number}", row
        except csv.Error as error:
            raise PredictionError(f"{path}: broken CSV ({error})") from None


def _parquet_rows(path: Path) -> Iterable[tuple[str, Mapping[str, Any]]]:
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as table:
            rows = (row for batch in table.iter_batches(1024) for row in batch.to_pylist())
            yield from ((f"{path}: row {number}", row) for number, row in enumerate(rows, 1))
    except pyarrow.ArrowException as error:
        raise PredictionError(f"{path}: cannot be read as Parquet ({lines_of(error)[0]})") from None
