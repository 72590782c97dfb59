"""Where a model is right: its scores by domain, by length and by what the rules do."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from claimstance.evaluation.arrays import IntArray, Names, check_gold
from claimstance.evaluation.metrics import macro_f1

SMALL = 20
OTHER = "other"  # the domains with fewer than SMALL sentences, together

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SliceScores:
    """The scores on a part of the sentences; `small` flags fewer than 20 of them."""

    dimension: str
    name: str
    n: int
    macro_f1: float | None
    accuracy: float
    small: bool


def slice_scores(
    gold: IntArray,
    predicted: IntArray,
    domains: Names,
    texts: Sequence[str],
    rules_abstain: BoolArray,
) -> tuple[SliceScores, ...]:
    """Score every slice that holds a sentence; one value of each argument a sentence.

    `rules_abstain` is true where the labelling rules give no stance.
    """
    check_gold(gold)
    lengths = {len(predicted), len(domains), len(texts), len(rules_abstain)}
    if lengths != {len(gold)}:
        raise ValueError(f"slices of {len(gold)} gold labels got columns of {sorted(lengths)} rows")
    members = [*_domains(domains), *_lengths(texts), *_rules(rules_abstain)]
    return tuple(
        _scores(dimension, name, gold[inside], predicted[inside])
        for dimension, name, inside in members
        if inside.any()
    )


def _scores(dimension: str, name: str, gold: IntArray, predicted: IntArray) -> SliceScores:
    return SliceScores(
        dimension=dimension,
        name=name,
        n=len(gold),
        macro_f1=macro_f1(gold, predicted),
        accuracy=float((gold == predicted).mean()),
        small=len(gold) < SMALL,
    )


def _domains(domains: Names) -> Iterator[tuple[str, str, BoolArray]]:
    counts = Counter(str(domain) for domain in domains)
    large = {name for name, count in counts.items() if count >= SMALL}
    column = np.asarray([str(name) if str(name) in large else OTHER for name in domains])
    for name in np.unique(column):
        yield "domain", str(name), column == name


def _lengths(texts: Sequence[str]) -> Iterator[tuple[str, str, BoolArray]]:
    words = np.asarray([len(text.split()) for text in texts])
    yield "words", "1-10", words <= 10
    yield "words", "11-20", (words > 10) & (words <= 20)
    yield "words", "21-30", (words > 20) & (words <= 30)
    yield "words", "31+", words > 30


def _rules(rules_abstain: BoolArray) -> Iterator[tuple[str, str, BoolArray]]:
    abstain = np.asarray(rules_abstain, dtype=bool)
    yield "rules", "abstain", abstain
    yield "rules", "speak", ~abstain
