"""Mentions of the same claim, found and put together."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from claimstance.console import progress
from claimstance.ledger.claims import Mention
from claimstance.ledger.linkage import group
from claimstance.ledger.neighbours import Done, Stated, neighbours
from claimstance.ledger.words import content_words, is_narrow, needs_context
from claimstance.typography import normalise

LEAST = 0.85  # of the threshold: pairs less alike than that weigh as 0 in an average
MANY = 5  # content words that two articles do not share by chance
TYPICAL = 0.8  # of the greatest likeness to the other mentions; less is not shown for the claim

Piece = tuple[str, int, int]  # a sentence, and where in it the claim starts and ends
Embed = Callable[[Sequence[Piece], Done], NDArray[np.float32]]


def grouped(
    mentions: Sequence[Mention],
    names: Mapping[str, frozenset[str]],
    threshold: float,
    embed: Embed,
) -> Iterator[tuple[list[int], int]]:
    """The positions of the mentions of each claim, in order, and that of the one to show.

    Claims in the same words are compared once. `names` are those of each article, by its id;
    `embed` gives a vector of length one for each piece.
    """
    same = _in_same_words(mentions)
    if not same:
        return
    with _bar("reading claims", len(same)) as done:
        vectors = embed([_piece(mentions[alike[0]]) for alike in same], done)
    stated = [_stated(mentions[alike[0]]) for alike in same]
    with _bar("comparing claims", len(same)) as done:
        edges = neighbours(stated, names, vectors, LEAST * threshold, done)
    for rows in group(len(same), edges, threshold):
        firsts = [same[row][0] for row in rows]
        shown = _clearest([mentions[first].claim for first in firsts], vectors[rows])
        yield sorted(position for row in rows for position in same[row]), firsts[shown]


def _clearest(claims: Sequence[str], vectors: NDArray[np.float32]) -> int:
    """Of the claims that are much like the others, the shortest that can be read by itself."""
    typical = vectors @ vectors.sum(axis=0)
    chosen = np.flatnonzero(typical >= TYPICAL * typical.max()).tolist()
    return int(min(chosen, key=lambda row: (needs_context(claims[row]), len(claims[row]))))


def _in_same_words(mentions: Sequence[Mention]) -> list[list[int]]:
    """Positions of mentions in the same words; a few words only within one article."""
    same: dict[tuple[str, str], list[int]] = {}
    for position, mention in enumerate(mentions):
        many = len(content_words(mention.claim)) >= MANY
        key = (normalise(mention.claim).lower(), "" if many else mention.article_id)
        same.setdefault(key, []).append(position)
    return list(same.values())


def _piece(mention: Mention) -> Piece:
    start = (mention.start or 0) - mention.sentence_start
    return mention.sentence, start, start + len(mention.claim)


def _stated(mention: Mention) -> Stated:
    claim = mention.claim
    return Stated(content_words(claim), mention.article_id, mention.index, is_narrow(claim))


@contextmanager
def _bar(description: str, total: int) -> Iterator[Done]:
    with progress(description, total) as bar:
        yield bar.advance
