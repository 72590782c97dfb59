"""The stream of articles cut into shards: what is computed, written and resumed as one piece."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from claimstance.records import Article, Unreadable

SHARD_CHARS = 500_000  # some 4,000 sentences: seconds of work, and enough to sort by length
LEAST_CHARS = 100  # what an article counts at least, or blank rows by the million make one shard


@dataclass(frozen=True, slots=True)
class Shard:
    """Whole articles of the input in their order, and what could not be read among them."""

    number: int
    articles: tuple[Article, ...]
    unreadable: tuple[Unreadable, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of everything that decides the shard's rows and errors."""
        digest = hashlib.sha256()
        for article in self.articles:
            digest.update(repr((article.id, article.text)).encode())
        for item in self.unreadable:
            digest.update(repr((item.place, item.reason)).encode())
        return digest.hexdigest()

    @property
    def place(self) -> str:
        """Which articles these are, for a person."""
        names = [article.id for article in self.articles] or [str(u) for u in self.unreadable]
        return f'"{names[0]}"' if len(names) == 1 else f'"{names[0]}" to "{names[-1]}"'


def shards(
    found: Iterable[Article | Unreadable], shard_chars: int = SHARD_CHARS
) -> Iterator[Shard]:
    """Shards that end with the article that fills them; the same for the same input.

    Full is one of `shard_chars` characters, where each item counts as `LEAST_CHARS` at least.
    """
    number, size, items = 0, 0, list[Article | Unreadable]()
    for item in found:
        items.append(item)
        size += max(LEAST_CHARS, len(item.text if isinstance(item, Article) else item.reason))
        if size >= shard_chars:
            yield _shard(number, items)
            number, size, items = number + 1, 0, []
    if items:
        yield _shard(number, items)


def _shard(number: int, items: list[Article | Unreadable]) -> Shard:
    articles = tuple(item for item in items if isinstance(item, Article))
    return Shard(number, articles, tuple(item for item in items if isinstance(item, Unreadable)))
