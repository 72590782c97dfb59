"""Gold labels: JSON lines in, articles with labelled sentences out.

A row is an article with its `sentences`, or one labelled sentence; a sentence row with `article`,
`start` and `end` points into a text file that lies beside the gold file.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from claimstance.errors import LabelError
from claimstance.reading.encoding import damaged
from claimstance.reading.formats import ONE_ARTICLE
from claimstance.reading.gold_rows import (
    Label,
    gaps,
    head,
    joined_text,
    offset_field,
    read_label,
    sentence_items,
)
from claimstance.reading.json_lines import json_object, optional_field, placed_lines, text_field
from claimstance.reading.rows import Limits, text_hash
from claimstance.reading.tables import text_stream
from claimstance.records import Article, LabelledSentence

SIGNS = ("sentences", "label", "stance")

PlacedRow = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """An article and those of its sentences that carry a gold label, in the order of the text.

    `loose` sentences came without their article; its text is no more than their list.
    """

    article: Article
    sentences: tuple[LabelledSentence, ...]
    loose: bool = False


_Builder = Callable[[str, list[PlacedRow], Path], GoldArticle]


def is_gold(path: Path) -> bool:
    """Whether a file is .jsonl and its first row carries labels; LabelError if it is no JSON."""
    if path.suffix.lower() != ".jsonl":
        return False
    _, first = next(_rows(path))
    return any(sign in first for sign in SIGNS)


def read_gold(path: Path) -> list[GoldArticle]:
    """All gold articles of a file, in the file's order; sentence rows are gathered by article.

    Rows of a review list whose `label` nobody has filled in yet are passed over. LabelError, with
    file and line, for a row that is broken, names an unknown stance, or whose spans or offsets do
    not fit its text.
    """
    gathered: dict[tuple[_Builder, str], list[PlacedRow]] = {}
    for where, row in _rows(path):
        if row.get("label") == "" and "reason" in row:
            continue
        gathered.setdefault(_key(row, where), []).append((where, row))
    return [build(key, rows, path.parent) for (build, key), rows in gathered.items()]


def _rows(path: Path) -> Iterator[PlacedRow]:
    try:
        with path.open("rb") as data:
            stream = text_stream(data, str(path), _ignore, newline="\n")
            for where, line in placed_lines(stream, str(path), LabelError):
                yield where, json_object(line, where, LabelError)
    except UnicodeDecodeError as error:
        raise LabelError(damaged(str(path), stream.encoding)) from error
    except FileNotFoundError as error:
        raise LabelError(f"{path}: cannot be read (no such file): check the path") from error
    except OSError as error:
        raise LabelError(f"{path}: cannot be read ({error.strerror or error})") from error


def _ignore(message: str) -> None:
    pass


def _key(row: dict[str, Any], where: str) -> tuple[_Builder, str]:
    """Which article a row belongs to, and who builds it."""
    if "sentences" in row:
        text = joined_text(row, where, LabelError)
        return _from_article_row, optional_field(row, "id") or text_hash(text)[:12]
    if "article" in row:
        return _from_file, text_field(row, "article", where, LabelError)
    text = text_field(row, "text", where, LabelError)
    return _from_sentences, optional_field(row, "article_id", "doc", "id") or text_hash(text)[:12]


def _from_article_row(identity: str, rows: list[PlacedRow], _: Path) -> GoldArticle:
    where, row = rows[0]
    if len(rows) > 1:
        raise LabelError(f'{rows[1][0]}: the article id "{identity}" is already taken by {where}')
    items = sentence_items(row, where, LabelError)
    domain = optional_field(row, "domain")
    labels = [read_label(item, place, domain) for place, item in items]
    article = Article(
        id=identity,
        text=joined_text(row, where, LabelError),
        title=optional_field(row, "title"),
        source=optional_field(row, "source"),
        url=optional_field(row, "url"),
        published=optional_field(row, "published"),
    )
    return GoldArticle(article, _in_a_row(article, labels, gaps(row, len(labels)), "rule" in row))


def _from_sentences(identity: str, rows: list[PlacedRow], _: Path) -> GoldArticle:
    """An article of which only the labelled sentences are known: one a line."""
    labels = [read_label(row, where) for where, row in rows]
    article = Article(identity, "\n".join(label.text for label in labels))
    items = _in_a_row(article, labels, ["\n"] * len(labels), group=False)
    return GoldArticle(article, items, loose=True)


def _in_a_row(
    article: Article, labels: list[Label], between: list[str], group: bool
) -> tuple[LabelledSentence, ...]:
    placed, start = [], 0
    for index, (label, gap) in enumerate(zip(labels, between, strict=True)):
        placed.append(label.placed(article.id, index, start, group))
        start += len(label.text) + len(gap)
    return tuple(placed)


def _from_file(name: str, rows: list[PlacedRow], folder: Path) -> GoldArticle:
    """A real article, of which the rows label the sentences at their offsets."""
    article = _article_beside(folder, name, rows[0][0])
    labels = [
        (offset_field(row, "start", where), offset_field(row, "end", where), where, row)
        for where, row in rows
    ]
    placed: list[LabelledSentence] = []
    last_end = 0
    for start, end, where, row in sorted(labels, key=lambda label: label[:2]):
        label = read_label(row, where)
        _check_fit(article.text[start:end], label, f"{name} has at {start}:{end}")
        if start < last_end:
            raise LabelError(f"{where}: {head(label.text)} overlaps another labelled sentence")
        placed.append(label.placed(article.id, len(placed), start, group=False))
        last_end = end
    return GoldArticle(article, tuple(placed))


def _check_fit(found: str, label: Label, place: str) -> None:
    if found != label.text:
        raise LabelError(
            f"{label.where}: {place} {head(found)}, not {head(label.text)}: correct start and end "
            "(characters, counted from 0)"
        )


def _article_beside(folder: Path, name: str, where: str) -> Article:
    path = folder / name
    if path.suffix.lower() not in ONE_ARTICLE:
        known = ", ".join(ONE_ARTICLE)
        raise LabelError(f'{where}: article "{name}" is not a file of one article ({known})')
    if not path.is_file():
        raise LabelError(f"{where}: article {path} not found: give its path from the gold file")
    return next(ONE_ARTICLE[path.suffix.lower()](path, str(path), Limits(sys.maxsize, _ignore)))
