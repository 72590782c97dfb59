"""Writing predictions as they come: JSON lines, CSV or Parquet."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, TextIO

from claimstance.prediction.rows import FLAT_COLUMNS, to_flat_row, to_json_row
from claimstance.records import Prediction


class Writer(Protocol):
    """Takes predictions in batches, in order; `written` counts them."""

    written: int

    def write(self, predictions: Sequence[Prediction]) -> None:
        """Append rows."""
        ...

    def close(self) -> None:
        """Finish the file."""
        ...


class JsonLinesWriter:
    """One JSON object a line."""

    def __init__(self, stream: TextIO) -> None:
        self.written = 0
        self._stream = stream

    def write(self, predictions: Sequence[Prediction]) -> None:
        """Append rows."""
        for prediction in predictions:
            row = json.dumps(to_json_row(prediction), ensure_ascii=False)
            self._stream.write(row + "\n")
        self._stream.flush()
        self.written += len(predictions)

    def close(self) -> None:
        """Finish the file."""
        self._stream.close()


class CsvWriter:
    """A header and flat columns."""

    def __init__(self, stream: TextIO) -> None:
        self.written = 0
        self._stream = stream
        self._rows = csv.DictWriter(stream, FLAT_COLUMNS)
        self._rows.writeheader()

    def write(self, predictions: Sequence[Prediction]) -> None:
        """Append rows."""
        self._rows.writerows(to_flat_row(prediction) for prediction in predictions)
        self._stream.flush()
        self.written += len(predictions)

    def close(self) -> None:
        """Finish the file."""
        self._stream.close()


class ParquetWriter:
    """Flat columns, a row group a batch."""

    def __init__(self, path: Path) -> None:
        import pyarrow.parquet

        self.written = 0
        self._schema = _schema()
        self._file = pyarrow.parquet.ParquetWriter(path, self._schema)

    def write(self, predictions: Sequence[Prediction]) -> None:
        """Append rows."""
        import pyarrow

        rows = [to_flat_row(prediction) for prediction in predictions]
        self._file.write_table(pyarrow.Table.from_pylist(rows, self._schema))
        self.written += len(predictions)

    def close(self) -> None:
        """Finish the file; without this a Parquet file cannot be read."""
        self._file.close()


def _schema() -> Any:  # pyarrow is untyped
    import pyarrow

    types = {"index": pyarrow.int64(), "start": pyarrow.int64(), "end": pyarrow.int64()}
    types["abstained"] = pyarrow.bool_()
    types |= dict.fromkeys(("article_id", "text", "stance", "model"), pyarrow.string())
    return pyarrow.schema([(name, types.get(name, pyarrow.float64())) for name in FLAT_COLUMNS])
