"""Where predictions go: a file that appears only when it is whole, or standard output."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

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
    is interrupted or fails, the rows that were finished stay in it, and the error says so.

    Raises:
        OutputError: the suffix is unknown, or the file cannot be written.
    """
    if path is None:
        with _standard_output() as writer:
            yield writer
        return
    partial = path.with_name(f"{path.stem}.partial{path.suffix}")
    writer = _open(path, partial)
    try:
        yield writer
        writer.close()
        partial.replace(path)
    except BaseException as error:
        with suppress(OSError):  # a Parquet file can only be read once it is closed
            writer.close()
        stopped = _not_written(path, error) if isinstance(error, OSError) else error
        if writer.written:
            stopped.add_note(f"the first {writer.written:,} sentences are in {partial}")
        else:
            partial.unlink(missing_ok=True)
        raise stopped from None


@contextmanager
def _standard_output() -> Iterator[Writer]:
    try:
        yield JsonLinesWriter(sys.stdout)
    except BrokenPipeError:  # the reader has gone, as `head` does
        raise
    except OSError as error:
        sys.stdout = None  # what it still holds cannot be written when the program ends either
        reason = error.strerror or error
        raise OutputError(
            f"standard output: cannot be written ({reason}); name a file with --out"
        ) from None


def _not_written(path: Path, error: OSError) -> OutputError:
    reason = error.strerror or error
    return OutputError(f"{path}: cannot be written ({reason}); choose another --out")


def _open(path: Path, partial: Path) -> Writer:
    if path.suffix.lower() not in _OPENERS:
        raise OutputError(f"{path}: predictions are written as {', '.join(_OPENERS)} files")
    if path.is_dir():
        raise OutputError(f"{path}: is a folder; name a file")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _OPENERS[path.suffix.lower()](partial)
    except OSError as error:
        raise _not_written(path, error) from None
