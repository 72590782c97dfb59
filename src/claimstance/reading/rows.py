"""From what a file holds to an `Article`: the fields, the stable id, the limit on length."""

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from claimstance.errors import ArticleError
from claimstance.reading.gold_rows import joined_text
from claimstance.reading.json_lines import optional_field, text_field
from claimstance.records import Article

Read = Article | ArticleError  # what a row or a file is read as


@dataclass(frozen=True, slots=True)
class Limits:
    """The longest article, in characters, and whom to tell of a guessed encoding."""

    max_chars: int
    warn: Callable[[str], None]


def article_of_file(
    text: str, stem: str, where: str, max_chars: int, facts: Mapping[str, Any] | None = None
) -> Article:
    """The article that fills a file; its id is `<stem>-<8 hex digits of the text's hash>`."""
    if not text.strip():
        raise ArticleError(f"{where}: only white space: fill it or leave it out")
    return _article(f"{stem}-{text_hash(text)[:8]}", text, dict(facts or {}), where, max_chars)


def article_of_row(row: dict[str, Any], where: str, max_chars: int) -> Article:
    """The article in a row of a table; without an `id` of its own, 12 hex digits of the hash.

    A row with `sentences` in place of `text` is a gold article, and its text is their joined text.
    """
    if "sentences" in row and "text" not in row:
        text = joined_text(row, where, ArticleError)
    else:
        text = text_field(row, "text", where, ArticleError)
    identity = optional_field(row, "id") or text_hash(text)[:12]
    return _article(identity, text, row, where, max_chars)


def printable(name: str | Path) -> str:
    """A file's name as text; bytes in it that are not UTF-8 are shown as U+FFFD."""
    return os.fsencode(name).decode("utf-8", "replace")


def text_hash(text: str) -> str:
    """SHA-256 of the text, in hex: the same wherever the article lies and in whatever order."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def over_limit(where: str, size: str, max_chars: int) -> str:
    """The message for an article that is too long."""
    unit = "" if size.endswith("characters") else " characters"
    return (
        f"{where}: {size}, over the limit of {max_chars:,}{unit}: "
        "split it into articles, or raise --max-chars"
    )


def _article(identity: str, text: str, facts: dict[str, Any], where: str, limit: int) -> Article:
    if len(text) > limit:
        raise ArticleError(over_limit(where, f"{len(text):,} characters", limit))
    return Article(
        id=identity,
        text=text,
        title=optional_field(facts, "title"),
        source=optional_field(facts, "source"),
        url=optional_field(facts, "url"),
        published=optional_field(facts, "published"),
    )
