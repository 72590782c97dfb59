"""Which claims are alike: by their vectors and their words, block by block."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 4_000_000  # similarities that are held at once
WORDS = 0.5  # the share of common words in a similarity; the rest is the cosine of the vectors
NEAR = 0.25  # what a similarity gains in one place of an article, less with every sentence
REACH = 5  # sentences from which on nothing is gained
KIN = 0.15  # of the names of the shorter article stand in the other one, or they are strangers

Done = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Stated:
    """What is compared of a claim: its content words, and where it is stated first.

    A narrow claim says too little to be known again in another article.
    """

    words: frozenset[str]
    article: str
    index: int
    narrow: bool


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs of claims with their similarity, three arrays of one length; first < second."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    similarity: NDArray[np.float32]


def neighbours(
    stated: Sequence[Stated],
    names: Mapping[str, frozenset[str]],
    vectors: NDArray[np.float32],
    least: float,
    done: Done,
) -> Edges:
    """All pairs that are alike by `least` or more; `vectors` (n, width) have length one.

    The similarity of two claims is the mean of the cosine of their vectors and the Dice
    coefficient of their words, and up to `NEAR` more where they stand close. Claims of two
    articles are a pair only where the articles share `KIN` of their `names`. `done` gets the rows
    that are finished. Memory grows with n and the pairs found, never with the square of n.
    """
    words = _incidence([one.words for one in stated])
    sizes = np.array([max(len(one.words), 1) for one in stated], dtype=np.float32)
    places = _Places(stated, names)
    parts = []
    for rows in _blocks(len(stated)):
        rest = slice(rows.start, None)
        common = (words[rows] @ words[rest].T).toarray()
        alike = (1 - WORDS) * (vectors[rows] @ vectors[rest].T)
        alike += 2 * WORDS * common / (sizes[rows, None] + sizes[None, rest])
        alike += places.near(rows, rest)
        first, second = np.nonzero(np.triu(alike, 1) >= least)
        similarity = alike[first, second]
        first, second = first + rows.start, second + rows.start
        kept = places.may_agree(first, second)
        parts.append((first[kept], second[kept], similarity[kept]))
        done(rows.stop - rows.start)
    return Edges(*(np.concatenate(column) for column in zip(*parts, strict=True)))


class _Places:
    """Where claims stand, and what is known of their articles."""

    def __init__(self, stated: Sequence[Stated], names: Mapping[str, frozenset[str]]) -> None:
        articles = list(dict.fromkeys(one.article for one in stated))
        codes = {article: code for code, article in enumerate(articles)}
        self._article = np.array([codes[one.article] for one in stated])
        self._index = np.array([one.index for one in stated], dtype=np.float32)
        self._narrow = np.array([one.narrow for one in stated])
        self._names = _incidence([names[article] for article in articles])
        self._named = np.array([max(len(names[article]), 1) for article in articles])

    def near(self, rows: slice, rest: slice) -> NDArray[np.float32]:
        """(rows, rest): up to `NEAR` in one article, 0 in two."""
        way = np.abs(self._index[rows, None] - self._index[None, rest])
        gained: NDArray[np.float32] = NEAR * np.maximum(1 - way / REACH, np.float32(0))
        gained[self._article[rows, None] != self._article[None, rest]] = 0
        return gained

    def may_agree(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether pairs are of one article, or say enough and are of articles on one matter."""
        one, other = self._article[first], self._article[second]
        shared = (self._names[one] * self._names[other]).sum(axis=1)
        kin = shared >= KIN * np.minimum(self._named[one], self._named[other])
        kin &= ~(self._narrow[first] | self._narrow[second])
        together: NDArray[np.bool_] = kin | (one == other)
        return together


def _blocks(count: int) -> Iterator[slice]:
    height = max(1, BLOCK // max(count, 1))
    for start in range(0, count, height):
        yield slice(start, min(start + height, count))


def _incidence(sets: Sequence[frozenset[str]]) -> Any:  # scipy is untyped
    """A sparse matrix (sets, members) of ones."""
    from scipy.sparse import csr_array

    columns: dict[str, int] = {}
    rows = [[columns.setdefault(name, len(columns)) for name in sorted(one)] for one in sets]
    flat = np.array([column for row in rows for column in row], dtype=np.int64)
    borders = np.cumsum([0, *map(len, rows)])
    ones = np.ones(len(flat), dtype=np.float32)
    return csr_array((ones, flat, borders), shape=(len(sets), max(len(columns), 1)))
