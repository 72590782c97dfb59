"""Where predictions go: a file that appears only when it is whole, or standard output."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from claimstance.console import say
from claimstance.errors import OutputError
from claimstance.prediction.writers import CsvWriter, JsonLinesWriter, ParquetWriter, Writer

_OPENERS: dict[str, Callable[[Path], Writer]] = {
    ".jsonl": lambda path: JsonLinesWriter(path.open("w", encoding="utf-8", newline="")),
    ".csv": lambda path: CsvWriter(path.open("w", encoding="utf-8", newline="")),
    ".parquet": ParquetWriter,
}


@contextmanager
def output(path: Path | None) -> Iterator[Writer]:
    """A writer to `path`, or to standard output as JSON lines where there is none.

    The rows stand in a file with `.partial` before its suffix until all are there. When the run
    is interrupted or fails, the rows that were finished stay in it.

    Raises:
        OutputError: the suffix is unknown, or the file cannot be written.
    """
    if path is None:
        yield JsonLinesWriter(sys.stdout)
        return
    partial = path.with_name(f"{path.stem}.partial{path.suffix}")
    writer = _open(path, partial)
    try:
        yield writer
        writer.close()
        partial.replace(path)
    except OSError as error:
        reason = error.strerror or error
        raise OutputError(f"{path}: cannot be written ({reason}); see {partial}") from None
    except BaseException:
        writer.close()
        say(f"stopped early: the sentences that were finished are in {partial}")
        raise


def _open(path: Path, partial: Path) -> Writer:
    if path.suffix.lower() not in _OPENERS:
        raise OutputError(f"{path}: predictions are written as {', '.join(_OPENERS)} files")
    if path.is_dir():
        raise OutputError(f"{path}: is a folder; name a file")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _OPENERS[path.suffix.lower()](partial)
    except OSError as error:
        reason = error.strerror or error
        raise OutputError(f"{path}: cannot be written ({reason}); choose another --out") from None
