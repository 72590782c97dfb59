"""Predictions as the page shows them: articles with paragraphs of marked sentences."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit

from claimstance.page.marks import Mark, Nodes, nest
from claimstance.page.symbols import AUTHOR, UNSURE, WORDS, shown
from claimstance.records import Article, FoundSpans, Prediction, Stance


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """One sentence: its place in the page, its stance in words, its text under its marks."""

    anchor: str
    stance: str
    told: str
    score: float
    source: str
    nodes: Nodes


@dataclass(frozen=True, slots=True)
class MarkedArticle:
    """One article; `link` is empty unless its address is one of the web."""

    anchor: str
    article: Article
    link: str
    paragraphs: tuple[tuple[MarkedSentence, ...], ...]
    counts: Counter[str]


def mark_articles(predictions: Iterable[Prediction]) -> list[MarkedArticle]:
    """The articles in their order; one begins where the id changes or the index starts anew."""
    return [_article(number, rows) for number, rows in enumerate(_by_article(predictions), 1)]


def anchor_of(article: int, sentence: int) -> str:
    """The name that links use: numbers alone, since an article's id may hold anything."""
    return f"a{article}-s{sentence}"


def _by_article(predictions: Iterable[Prediction]) -> Iterator[list[Prediction]]:
    rows: list[Prediction] = []
    for row in predictions:
        last = rows[-1] if rows else row
        if rows and (
            row.article.id != last.article.id or row.sentence.index <= last.sentence.index
        ):
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows


def _article(number: int, rows: Sequence[Prediction]) -> MarkedArticle:
    paragraphs = groupby(rows, key=lambda row: row.sentence.paragraph)
    return MarkedArticle(
        anchor=f"a{number}",
        article=rows[0].article,
        link=_web_address(rows[0].article.url),
        paragraphs=tuple(tuple(_sentence(number, row) for row in part) for _, part in paragraphs),
        counts=Counter(map(shown, rows)),
    )


def _sentence(article: int, row: Prediction) -> MarkedSentence:
    stance = shown(row)
    likely = f"most likely {WORDS[row.stance]}, " if stance == UNSURE else ""
    return MarkedSentence(
        anchor=anchor_of(article, row.sentence.index),
        stance=stance,
        told=f"{likely}score {row.score:.2f}",
        score=row.score,
        source=_source(row),
        nodes=nest(row.sentence.text, [*_marks(row.spans, row.sentence.start)]),
    )


def _source(row: Prediction) -> str:
    if row.spans is None or row.stance is Stance.NO_CLAIM:
        return ""
    return row.spans.source.text or AUTHOR


def _marks(spans: FoundSpans | None, offset: int) -> Iterator[Mark]:
    if spans is None:
        return
    for kind, span in (("source", spans.source), ("cue", spans.cue), ("claim", spans.claim)):
        if span.start is not None and span.end is not None:
            yield Mark(kind, span.start - offset, span.end - offset)


def _web_address(url: str) -> str:
    """The address if a browser may be sent there, else nothing."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip() if parts.scheme in ("http", "https") and parts.netloc else ""
