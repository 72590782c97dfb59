"""Spans that may overlap, as pieces of text that nest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """A kind of span, and where it stands; code points, end-exclusive."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Marked:
    """A stretch of text under one mark, with the marks inside it."""

    kind: str
    inside: "Nodes"


Nodes = tuple["str | Marked", ...]


def nest(text: str, marks: Sequence[Mark]) -> Nodes:
    """The text under its marks, the longest outermost.

    Read in order, the strings give the text to the letter, and each character stands under the
    marks that cover it: one that crosses the edge of a longer one is cut there. What lies outside
    of the text marks nothing.
    """
    within = [*_within(marks, 0, len(text))]
    if not within:
        return (text,) if text else ()
    outer = min(within, key=lambda mark: (mark.start - mark.end, mark.start))
    within.remove(outer)
    cuts = (0, outer.start), (outer.start, outer.end), (outer.end, len(text))
    before, inside, after = (
        nest(text[start:end], [*_within(within, start, end)]) for start, end in cuts
    )
    return (*before, Marked(outer.kind, inside), *after)


def _within(marks: Sequence[Mark], start: int, end: int) -> Iterator[Mark]:
    """What of the marks stands there, as offsets from `start`."""
    for mark in marks:
        left, right = max(mark.start, start), min(mark.end, end)
        if left < right:
            yield Mark(mark.kind, left - start, right - start)
