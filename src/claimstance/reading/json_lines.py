"""Files with one JSON object a line, read one row at a time."""

import json
import re
from collections.abc import Iterator
from typing import IO, Any, AnyStr

from claimstance.errors import ClaimstanceError

LONGEST_LINE = 100_000_000  # characters or bytes; without line ends a file must not fill memory
_ESCAPED = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def placed_lines(
    stream: IO[AnyStr], name: str, error: type[ClaimstanceError], longest: int = LONGEST_LINE
) -> Iterator[tuple[str, AnyStr]]:
    """Each line with its place, `name:line`; blank lines are passed over.

    Raises `error` for a line longer than `longest`, and for a stream of blank lines.
    """
    found, number = False, 0
    while line := stream.readline(longest + 1):
        number += 1
        if len(line) > longest:
            unit = "bytes" if isinstance(line, bytes) else "characters"
            raise error(
                f"{name}:{number}: a line of over {longest:,} {unit}: "
                "put each object on a line of its own"
            )
        if line.strip():
            found = True
            yield f"{name}:{number}", line
    if not found:
        raise error(f"{name}: holds no rows: give one JSON object a line")


def json_object(line: str, where: str, error: type[ClaimstanceError]) -> dict[str, Any]:
    """The object that a line holds; raises `error` when it holds none."""
    try:
        row = json.loads(line)
    except json.JSONDecodeError as broken:
        raise error(
            f"{where}: not JSON ({broken.msg} at character {broken.pos + 1}): "
            "each line must be one whole JSON object"
        ) from broken
    except (ValueError, RecursionError) as broken:
        raise error(f"{where}: JSON that cannot be read ({broken})") from broken
    if not isinstance(row, dict):
        kind = "null" if row is None else f"a JSON {type(row).__name__}"
        raise error(f'{where}: {kind} where an object is expected, e.g. {{"text": "..."}}')
    if _ESCAPED.search(line) and _SURROGATE.search(json.dumps(row, ensure_ascii=False)):
        raise error(f"{where}: half a character (a lone surrogate like \\ud83d): repair the row")
    return row


def text_field(row: dict[str, Any], key: str, where: str, error: type[ClaimstanceError]) -> str:
    """A string that must be there and hold more than white space."""
    if key not in row:
        raise error(f'{where}: no "{key}"; the row has {_names(row)}')
    value = row[key]
    if not isinstance(value, str):
        kind = "null" if value is None else type(value).__name__
        raise error(f'{where}: "{key}" is {kind}, not a string')
    if not value.strip():
        raise error(f'{where}: "{key}" is blank: leave the row out or fill it in')
    return value


def optional_field(row: dict[str, Any], *keys: str) -> str:
    """The first of these fields that is neither missing nor empty, as text; "" without any."""
    for key in keys:
        value = row.get(key)
        if value is not None and value != "":
            return str(value)
    return ""


def _names(row: dict[str, Any]) -> str:
    return ", ".join(row) if row else "no fields"
