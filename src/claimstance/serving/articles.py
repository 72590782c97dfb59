"""The articles of a request: from JSON, pasted, or in a file, read as `predict` reads them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from claimstance.errors import ArticleError
from claimstance.reading.articles import Input, read_inputs
from claimstance.reading.formats import ONE_ARTICLE
from claimstance.reading.rows import article_of_file, article_of_row
from claimstance.reading.sentences import split_sentences
from claimstance.records import Article, Unreadable
from claimstance.serving.limits import Limits, TooMuchError
from claimstance.serving.schema import Given

# Parquet is left out: a few bytes of it may stand for any number of texts.
SUFFIXES = (*ONE_ARTICLE, ".jsonl", ".csv")


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a person gave the page: a text, or a file."""

    text: str = ""
    name: str = ""
    content: bytes = b""


def given_articles(given: Given, limits: Limits) -> list[Article]:
    """The articles of a JSON body."""
    return _within((article_of_row(row, where, limits.body) for where, row in given.rows()), limits)


def pasted_articles(pasted: Pasted, limits: Limits) -> tuple[list[Article], list[Unreadable]]:
    """The articles of the page's form, and what in its file could not be read."""
    if not pasted.name:
        if not pasted.text.strip():
            raise ArticleError("nothing to read: paste a text, or choose a file")
        article = article_of_file(pasted.text, "text", "the text", limits.body)
        return _within([article], limits), []
    suffix = Path(pasted.name).suffix.lower()
    if suffix not in SUFFIXES:
        raise ArticleError(f"{pasted.name}: give a {', '.join(SUFFIXES)} file, or paste the text")
    with TemporaryDirectory() as folder:
        # A name of ours: the article's id comes from it, and what the browser says may hold "/".
        path = Path(folder) / (re.sub(r"[^\w-]+", "-", Path(pasted.name).stem)[:80] + suffix)
        path.write_bytes(pasted.content)
        found = [*read_inputs([Input(pasted.name, path)], limits.body, lambda _: None)]
    articles = _within((item for item in found if isinstance(item, Article)), limits)
    unreadable = [item for item in found if isinstance(item, Unreadable)]
    if not articles:
        raise ArticleError("; ".join(map(str, unreadable)) or f"{pasted.name}: holds no articles")
    return articles, unreadable


def _within(articles: Iterable[Article], limits: Limits) -> list[Article]:
    """All of them; TooMuchError as soon as they are more than one request may ask for."""
    kept: list[Article] = []
    chars = sentences = 0
    for article in articles:
        chars += len(article.text)
        sentences += len(split_sentences(article)) if chars <= limits.chars else 0
        if chars > limits.chars or sentences > limits.sentences:
            raise TooMuchError(
                f"more than {limits.chars:,} characters or {limits.sentences:,} sentences: send "
                "less at once, or use claimstance predict"
            )
        kept.append(article)
    return kept
