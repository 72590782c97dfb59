"""Answering only when sure: what is right, and what is left, under a confidence threshold."""

from dataclasses import dataclass

import numpy as np

from claimstance.evaluation.arrays import FloatArray, IntArray, check_probabilities
from claimstance.records import Stance

THRESHOLDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
RARE = (Stance.DENIED.id, Stance.DISPUTED.id)


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """What is left when answers with a score under `threshold` are put aside.

    `coverage` is the share of sentences that are answered, `accuracy` the share of those that is
    right. `precision` and `recall` take denied and disputed together: an answer of one of them
    is right if it is the gold stance, and what was put aside counts as missed. None where no
    sentence is answered, answered so, or of these stances.
    """

    threshold: float
    coverage: float
    accuracy: float | None
    precision: float | None
    recall: float | None


def operating_points(gold: IntArray, probabilities: FloatArray) -> tuple[OperatingPoint, ...]:
    """One point for each of `THRESHOLDS`, as `--min-confidence` takes them."""
    check_probabilities(gold, probabilities)
    return tuple(_point(gold, probabilities, threshold) for threshold in THRESHOLDS)


def risk_coverage(gold: IntArray, probabilities: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Coverage and risk (share of wrong answers), both (n,), answering the surest sentences first.

    Equally sure sentences are answered together. The curve is that of Geifman and El-Yaniv,
    "Selective Classification for Deep Neural Networks", NeurIPS 2017 (arXiv:1705.08500).
    """
    check_probabilities(gold, probabilities)
    score = probabilities.max(axis=1)
    order = np.argsort(-score, kind="stable")
    wrong = np.cumsum((probabilities.argmax(axis=1) != gold)[order])
    last = np.searchsorted(-score[order], -score[order], side="right")
    return last / len(gold), wrong[last - 1] / last


def _point(gold: IntArray, probabilities: FloatArray, threshold: float) -> OperatingPoint:
    predicted, answered = probabilities.argmax(axis=1), probabilities.max(axis=1) >= threshold
    rare = answered & np.isin(predicted, RARE)
    hits = int((rare & (predicted == gold)).sum())
    right = int((answered & (predicted == gold)).sum())
    return OperatingPoint(
        threshold=threshold,
        coverage=float(answered.mean()),
        accuracy=_share(right, int(answered.sum())),
        precision=_share(hits, int(rare.sum())),
        recall=_share(hits, int(np.isin(gold, RARE).sum())),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
