"""Files with many articles: JSON lines, CSV and Parquet, read row by row.

A row that is no article is given as the error it is, and the rows below it are read all the same;
where a file breaks off in the middle, the error is raised.
"""

import csv
import io
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from claimstance.errors import ArticleError, PrerequisiteError, lines_of
from claimstance.reading.encoding import damaged, detect
from claimstance.reading.json_lines import LONGEST_LINE, json_object, placed_lines
from claimstance.reading.rows import Limits, Read, article_of_row

SAMPLE = 65_536  # bytes of a long file on which its encoding is judged
PARQUET_ROWS = 256  # held in memory at a time
COLUMNS = ("id", "text", "title", "source", "url", "published")


def read_json_lines(path: Path, name: str, limits: Limits) -> Iterator[Read]:
    """One article a line; a row with `sentences` is a gold article, read as its text."""
    with path.open("rb") as data:
        yield from json_articles(data, name, limits)


def json_articles(data: BinaryIO, name: str, limits: Limits) -> Iterator[Read]:
    """The articles of a stream of JSON lines; damage costs the line that it is in.

    In UTF-16 and UTF-32 it costs the rest: a line's end cannot be told from half a character.
    """
    buffered, encoding = _opened(data, name, limits.warn)
    where = f"{name}:0"
    placed: Iterator[tuple[str, str | bytes]] = (
        placed_lines(_text(buffered, encoding, "\n"), name, ArticleError)
        if encoding.startswith(("utf-16", "utf-32"))
        else placed_lines(buffered, name, ArticleError)
    )
    try:
        for where, line in placed:
            yield _read(partial(_json_row, line, encoding, where), where, limits)
    except UnicodeDecodeError as error:
        raise ArticleError(damaged(f"{where} and below", encoding)) from error


def _json_row(line: str | bytes, encoding: str, where: str) -> dict[str, Any]:
    try:
        text = line if isinstance(line, str) else line.decode(encoding)
    except UnicodeDecodeError as error:
        raise ArticleError(damaged(where, encoding)) from error
    return json_object(text, where, ArticleError)


def _read(row: Callable[[], dict[str, Any]], where: str, limits: Limits) -> Read:
    try:
        return article_of_row(row(), where, limits.max_chars)
    except ArticleError as error:
        return error


def read_csv(path: Path, name: str, limits: Limits) -> Iterator[Read]:
    """One article a row, in the column `text`; commas, semicolons or tabs between columns."""
    with path.open("rb") as data:
        stream = text_stream(data, name, limits.warn, newline="")
        try:
            heading = stream.readline(LONGEST_LINE)
        except UnicodeDecodeError as error:
            raise ArticleError(damaged(name, stream.encoding)) from error
        delimiter = next((mark for mark in ",;\t" if "text" in _columns(heading, mark)), ",")
        columns = _columns(heading, delimiter)
        if "text" not in columns:
            raise _no_text(name, columns)
        found = False
        for line, cells in _csv_rows(stream, delimiter, name):
            found = True
            where = f"{name}:{line}"
            yield _read(partial(_csv_row, columns, cells, where), where, limits)
    if not found:
        raise ArticleError(f"{name}: a heading but no rows: give one article a row")


def _csv_rows(
    stream: io.TextIOWrapper, delimiter: str, name: str
) -> Iterator[tuple[int, list[str]]]:
    """The rows below the heading, each with the line it starts on; empty lines passed over."""
    csv.field_size_limit(LONGEST_LINE)  # the module's own limit, 131,072, is one long article
    rows = csv.reader(stream, delimiter=delimiter, strict=True)
    line = 2
    try:
        for cells in rows:
            if cells:
                yield line, cells
            line = rows.line_num + 2
    except csv.Error as error:
        raise ArticleError(
            f"{name}:{line}: broken CSV ({error}): close every quotation mark"
        ) from error
    except UnicodeDecodeError as error:
        raise ArticleError(damaged(f"{name}:{line} and below", stream.encoding)) from error


def _csv_row(columns: list[str], cells: list[str], where: str) -> dict[str, Any]:
    if len(cells) > len(columns):
        raise ArticleError(
            f"{where}: {len(cells)} cells under {len(columns)} columns: put quotes around a text "
            "that holds the delimiter"
        )
    return dict(zip(columns, cells, strict=False))


def _columns(heading: str, delimiter: str) -> list[str]:
    cells = next(csv.reader([heading], delimiter=delimiter), [])
    return [cell.strip().lower() for cell in cells]


def read_parquet(path: Path, name: str, limits: Limits) -> Iterator[Read]:
    """One article a row, in the column `text`; a place in an error is the row, from 1."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        with path.open("rb") as data, pq.ParquetFile(data) as table:
            columns = table.schema_arrow.names
            if "text" not in columns:
                raise _no_text(name, columns)
            wanted = [column for column in COLUMNS if column in columns]
            for batch in table.iter_batches(batch_size=PARQUET_ROWS, columns=wanted):
                for index in range(len(batch)):
                    number += 1
                    where = f"{name}:{number}"
                    yield _read(partial(_parquet_row, batch, index, where), where, limits)
    except (pa.ArrowException, UnicodeDecodeError) as error:
        reason = lines_of(error)[0]
        raise ArticleError(
            f"{name}: cannot be read as Parquet ({reason}): write it again"
        ) from error
    if number == 0:
        raise ArticleError(f"{name}: holds no rows: give one article a row")


def _parquet_row(batch: Any, index: int, where: str) -> dict[str, Any]:
    """One row of a batch; whether its strings are UTF-8 shows only now."""
    try:
        return {name: batch[name][index].as_py() for name in batch.schema.names}
    except UnicodeDecodeError as error:
        raise ArticleError(damaged(where, "utf-8")) from error


def _no_text(name: str, columns: list[str]) -> PrerequisiteError:
    return PrerequisiteError(
        f'{name}: no column "text"; it has {", ".join(columns)}: rename the one with the text'
    )


def text_stream(
    data: BinaryIO, name: str, warn: Callable[[str], None], newline: str
) -> io.TextIOWrapper:
    """The stream as text, decoded strictly in the encoding that its beginning shows.

    Damaged UTF-8 is UTF-8 here: where the damage lies, whoever reads that far is told.
    """
    return _text(*_opened(data, name, warn), newline)


def _text(buffered: io.BufferedReader, encoding: str, newline: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(buffered, encoding=encoding, newline=newline)


def _opened(
    data: BinaryIO, name: str, warn: Callable[[str], None]
) -> tuple[io.BufferedReader, str]:
    """The stream behind its byte order mark, and its encoding."""
    buffered = sampled(data)
    sample = buffered.peek(SAMPLE)
    encoding = detect(sample, name, whole=len(sample) < SAMPLE, strict=False)
    if encoding.guessed:
        warn(f"{name}: read as {encoding.name}")
    buffered.read(encoding.mark)
    return buffered, encoding.name


def sampled(data: BinaryIO) -> io.BufferedReader:
    """The stream with a buffer into which `peek` sees a whole sample, even of a pipe."""
    return io.BufferedReader(_Filled(data), SAMPLE)


class _Filled(io.RawIOBase):
    """A source whose every read is full (a pipe gives less), so that a peek is a whole sample."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._source.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
