"""One reader for each file format: a file in, its articles out, one at a time."""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from claimstance.errors import ArticleError, PrerequisiteError, lines_of
from claimstance.reading.encoding import decode, detect
from claimstance.reading.rows import Limits, Read, article_of_file, over_limit, printable
from claimstance.reading.tables import (
    SAMPLE,
    json_articles,
    read_csv,
    read_json_lines,
    read_parquet,
    sampled,
)
from claimstance.records import Article

BYTES_A_CHARACTER = 4  # no encoding that we read needs more
# Four words and a sentence's end: what menus, forms and error pages lack.
_SENTENCE = re.compile(r"(?:\w\S*\s+){3}\S*\w[.!?…][\"'”’)\]]*(?:\s|$)")
HTML_OVERHEAD = 20  # bytes of markup, scripts and styles that a page may have for each character


def read_text(path: Path, name: str, limits: Limits) -> Iterator[Article]:
    """A plain-text or Markdown file: one article."""
    _check_size(path.stat().st_size, name, limits.max_chars, BYTES_A_CHARACTER)
    yield _plain(path.read_bytes(), printable(path.stem), name, limits)


def read_html(path: Path, name: str, limits: Limits) -> Iterator[Article]:
    """A web page: its main text, with title, source, address and date where it names them."""
    _check_size(path.stat().st_size, name, limits.max_chars, HTML_OVERHEAD)
    page = _main_text(path.read_bytes(), name)
    text = page.get("text") or ""
    if not _SENTENCE.search(text):
        raise ArticleError(f"{name}: no article text found in this HTML: save its text as .txt")
    facts = {
        "title": page.get("title"),
        "source": page.get("sitename") or page.get("hostname"),
        "url": page.get("url"),
        "published": page.get("date"),
    }
    yield article_of_file(text, printable(path.stem), name, limits.max_chars, facts)


def _main_text(data: bytes, name: str) -> dict[str, Any]:
    """What trafilatura finds in a page (which it decodes itself); empty when it finds nothing."""
    try:
        import trafilatura
    except ImportError as error:
        reason = lines_of(error)[0]
        raise PrerequisiteError(
            f"{name}: HTML cannot be read here ({reason}): pip install lxml-html-clean"
        ) from error
    try:
        page = trafilatura.bare_extraction(
            data, with_metadata=True, include_comments=False, prune_xpath="//noscript"
        )
    except Exception as error:  # a page of the open web may break its parsers in any way
        reason = " ".join(lines_of(error))
        raise ArticleError(f"{name}: HTML that breaks the parser ({reason})") from error
    if page is None or isinstance(page, dict):
        return page or {}
    return dict(page.as_dict())


ONE_ARTICLE: dict[str, Callable[[Path, str, Limits], Iterator[Article]]] = {
    ".txt": read_text,
    ".md": read_text,
    ".html": read_html,
    ".htm": read_html,
}
READERS: dict[str, Callable[[Path, str, Limits], Iterator[Read]]] = {
    **ONE_ARTICLE,
    ".jsonl": read_json_lines,
    ".csv": read_csv,
    ".parquet": read_parquet,
}


def read_stdin(name: str, limits: Limits) -> Iterator[Read]:
    """JSON lines when the first character is a brace, else one plain-text article."""
    if sys.stdin is None:  # closed, as `<&-` does
        raise ArticleError(f"{name}: closed: pipe an article or JSON lines into it")
    data = sampled(sys.stdin.buffer)
    sample = data.peek(SAMPLE)
    if not sample:
        raise ArticleError(f"{name}: empty: pipe an article or JSON lines into it")
    encoding = detect(sample, name, whole=len(sample) < SAMPLE, strict=False)
    if sample[encoding.mark :].decode(encoding.name, "ignore").lstrip().startswith("{"):
        yield from json_articles(data, name, limits)
        return
    longest = limits.max_chars * BYTES_A_CHARACTER
    text = data.read(longest + 1)
    _check_size(len(text), name, limits.max_chars, BYTES_A_CHARACTER)
    yield _plain(text, name, name, limits)


def _plain(data: bytes, stem: str, name: str, limits: Limits) -> Article:
    decoded = decode(data, name)
    if decoded.guessed:
        limits.warn(f"{name}: read as {decoded.encoding}")
    return article_of_file(decoded.text, stem, name, limits.max_chars)


def _check_size(size: int, name: str, max_chars: int, bytes_a_character: int) -> None:
    """Refuse what is too long however few bytes its characters take, before it is read."""
    if size > max_chars * bytes_a_character:
        raise ArticleError(over_limit(name, f"at least {size:,} bytes", max_chars))
