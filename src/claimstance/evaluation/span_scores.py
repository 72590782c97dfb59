"""How well source, cue and claim are found, against the pieces that a person marked."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from claimstance.records import SPAN_NAMES, FoundSpans, LabelledSentence, Stance
from claimstance.typography import normalise

_TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class SpanScores:
    """One span over the `sentences` of one gold stance, or of all (None) that were annotated.

    `exact` is the share of sentences whose tokens are all the same; `token_f1` the mean of the
    sentences' F1 over their tokens as bags, 1 where both are empty and 0 where one is (Rajpurkar
    et al., EMNLP 2016, arXiv:1606.05250). `token_f1_marked` is the same over the `marked` sentences
    alone, where a person or the model marked something; None without any.
    """

    span: str
    stance: Stance | None
    sentences: int
    marked: int
    exact: float
    token_f1: float
    token_f1_marked: float | None


def span_scores(
    items: Sequence[LabelledSentence], found: Sequence[FoundSpans | None]
) -> tuple[SpanScores, ...]:
    """Each span over all sentences, then by stance; empty where the model finds no spans.

    Sentences that nobody annotated are left out.
    """
    pairs = [
        (item.stance, item.annotated, spans)
        for item, spans in zip(items, found, strict=True)
        if item.annotated and spans
    ]
    stances = [None, *(stance for stance in Stance if any(pair[0] is stance for pair in pairs))]
    return tuple(
        _score(
            name,
            stance,
            [
                (getattr(gold, name), getattr(spans, name).text)
                for own, gold, spans in pairs
                if stance in (None, own)
            ],
        )
        for name in SPAN_NAMES
        for stance in stances
        if pairs
    )


def _score(name: str, stance: Stance | None, pairs: Sequence[tuple[str, str]]) -> SpanScores:
    tokens = [(_tokens(gold), _tokens(found)) for gold, found in pairs]
    f1 = np.array([token_f1(gold, found) for gold, found in tokens])
    marked = np.array([bool(gold or found) for gold, found in tokens])
    return SpanScores(
        name,
        stance,
        len(pairs),
        int(marked.sum()),
        float(np.mean([gold == found for gold, found in tokens])),
        float(f1.mean()),
        float(f1[marked].mean()) if marked.any() else None,
    )


def token_f1(gold: Sequence[str], found: Sequence[str]) -> float:
    """F1 of two bags of tokens."""
    if not gold or not found:
        return float(gold == found)
    shared = (Counter(gold) & Counter(found)).total()
    return 2 * shared / (len(gold) + len(found))


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(normalise(text).lower())
