"""From the tags of a sentence's tokens to its spans: each one piece of whole words, or none.

Nothing here imports PyTorch.
"""

import re
from collections.abc import Sequence
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from claimstance.records import FoundSpans, Span
from claimstance.typography import normalise, places

PARTS = ("source", "claim", "cue")  # a cue inside the claim is tagged as the cue
OUTSIDE = 0
TAGS = 1 + 2 * len(PARTS)  # outside; then each part's first token, and its others
NOTHING = FoundSpans(*[Span("", None, None, 1.0)] * len(PARTS))

Offsets = Sequence[tuple[int, int]]
Tags = NDArray[np.float32]

_WORD = re.compile(r"\w+(?:['.\-/&]\w+)*|[^\w\s]")
_SMALLEST = 1e-4


def find_spans(text: str, offsets: Offsets, tags: Tags) -> FoundSpans:
    """The spans of a sentence, with offsets into it.

    `offsets` are its tokens' places in `normalise(text)`, empty for special tokens; `tags` are the
    tokens' probabilities (tokens, TAGS). Each part is the run of words whose log-odds of belonging
    to it have the highest sum, if that is above zero. A cue inside a claim counts neither for the
    claim nor against it, and one at its edge is no part of it.

    The confidence of a span is the mean probability of its words; that of no span is one less the
    probability of its likeliest word.
    """
    clean = normalise(text)
    real = [number for number, (start, end) in enumerate(offsets) if start < end]
    words, first = _words(clean, [offsets[number][0] for number in real])
    if not words:
        return NOTHING
    tokens = np.array([*first[1:], len(real)]) - first
    inside = tags[real, 1::2] + tags[real, 2::2]
    odds = np.add.reduceat(_log_odds(inside), first) / tokens[:, None]
    likely = (np.add.reduceat(inside, first) / tokens[:, None]).T.tolist()
    spelled = [clean[slice(*word)] for word in words]
    back = places(text) if len(clean) < len(text) else range(len(text))
    found = {}
    for name, own, sure in zip(PARTS, odds.T.tolist(), likely, strict=True):
        run = _best_run(own)
        if run is None:
            found[name] = Span("", None, None, 1 - max(sure))
            continue
        begin, stop = _balanced(spelled, *run)
        start, end = back[words[begin][0]], back[words[stop - 1][1] - 1] + 1
        found[name] = Span(text[start:end], start, end, fmean(sure[begin:stop]))
    return FoundSpans(**found)


def _words(clean: str, starts: Sequence[int]) -> tuple[list[tuple[int, int]], list[int]]:
    """The words that have tokens, as these start; and each one's first token."""
    words, first = list[tuple[int, int]](), list[int]()
    coming = _WORD.finditer(clean)
    following = next(coming, None)
    for number, start in enumerate(starts):
        begun = None
        while following and following.start() <= start:
            begun, following = following, next(coming, None)
        if begun:
            words.append(begun.span())
            first.append(number)
    return words, first


def _balanced(words: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """The run without what stands before a bracket that it only closes, or behind one it opens.

    A bracket without a partner in the sentence is a sign like any other.
    """
    open_at = list[int]()
    for number in range(start, end):
        if words[number] == "(":
            open_at.append(number)
        elif words[number] == ")" and open_at:
            open_at.pop()
        elif words[number] == ")" and "(" in words[:start]:
            start, end = (start, number) if number == end - 1 > start else (number + 1, end)
    if open_at and open_at[0] > start and ")" in words[end:]:
        end = open_at[0]
    return start, end


def _log_odds(inside: Tags) -> Tags:
    """Of belonging to each part against not, (tokens, parts)."""
    outside = 1 - inside
    cue = inside[:, PARTS.index("cue")]
    outside[:, PARTS.index("claim")] -= cue
    odds: Tags = np.log((inside + _SMALLEST) / (np.maximum(outside, 0) + _SMALLEST))
    odds[:, PARTS.index("claim")] *= np.where(cue > 0.5, 0, 1 - cue)  # no claim begins with its cue
    return odds


def _best_run(odds: Sequence[float]) -> tuple[int, int] | None:
    """Start and end of the run with the highest sum above zero (Kadane's algorithm)."""
    best, found, current, start = 0.0, None, 0.0, 0
    for number, value in enumerate(odds):
        if current <= 0:
            current, start = 0.0, number
        current += value
        if current > best:
            best, found = current, (start, number + 1)
    return found
