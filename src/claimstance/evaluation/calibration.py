"""Whether a probability of .8 is right eight times in ten, and how to make it so."""

from dataclasses import dataclass

import numpy as np

from claimstance.evaluation.arrays import FloatArray, IntArray, check_probabilities, check_scores

TEMPERATURE_BOUNDS = (0.1, 10.0)
CHANCE_DRAWS = 200


@dataclass(frozen=True, slots=True)
class ReliabilityRow:
    """The sentences whose top probability lies in (low, high]; the means are None if none does."""

    low: float
    high: float
    count: int
    confidence: float | None
    accuracy: float | None


def expected_calibration_error(gold: IntArray, probabilities: FloatArray, bins: int = 15) -> float:
    """Top-label ECE over equal-width bins, between 0 and 1.

    ECE = sum over bins of |B| / n * |accuracy(B) - confidence(B)|: equation 3 of Guo et al.,
    "On Calibration of Modern Neural Networks", ICML 2017 (arXiv:1706.04599).
    """
    rows = reliability(gold, probabilities, bins)
    gaps = (
        row.count * abs(row.accuracy - row.confidence)
        for row in rows
        if row.accuracy is not None and row.confidence is not None
    )
    return sum(gaps) / len(gold)


def reliability(
    gold: IntArray, probabilities: FloatArray, bins: int = 15
) -> tuple[ReliabilityRow, ...]:
    """The rows of the reliability diagram: one a bin, lowest first, empty bins included."""
    check_probabilities(gold, probabilities)
    top = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == gold
    edges = np.linspace(0, 1, bins + 1)
    index = _bin(top, edges)
    count = np.bincount(index, minlength=bins)
    confidence = np.bincount(index, weights=top, minlength=bins)
    correct = np.bincount(index, weights=right, minlength=bins)
    return tuple(
        ReliabilityRow(
            low=float(edges[i]),
            high=float(edges[i + 1]),
            count=int(count[i]),
            confidence=float(confidence[i] / count[i]) if count[i] else None,
            accuracy=float(correct[i] / count[i]) if count[i] else None,
        )
        for i in range(bins)
    )


def chance_calibration_error(probabilities: FloatArray, bins: int = 15) -> float:
    """The mean ECE that chance alone gives a model whose `probabilities` (n, 4) are true.

    ECE is never negative, so on few sentences even a perfectly calibrated model shows some:
    judge an ECE against this, not against 0. Answers are drawn right with the probability that
    they claim, CHANCE_DRAWS times and always alike.
    """
    top = probabilities.max(axis=1)
    index = _bin(top, np.linspace(0, 1, bins + 1))
    random = np.random.default_rng(0)
    gaps = (
        np.bincount(index, weights=(random.random(len(top)) < top) - top, minlength=bins)
        for _ in range(CHANCE_DRAWS)
    )
    return float(np.mean([np.abs(gap).sum() / len(top) for gap in gaps]))


def fit_temperature(gold: IntArray, logits: FloatArray) -> float:
    """The temperature in [0.1, 10] under which softmax(logits / temperature) fits `gold` best.

    Best is the lowest negative log-likelihood (Guo et al. 2017, section 4.2). Fit it on
    validation sentences, never on those that are reported. 1.0 if no other value is better.
    """
    from scipy.optimize import minimize_scalar

    check_scores(gold, logits)
    low, high = np.log(TEMPERATURE_BOUNDS)

    def loss(log_temperature: float) -> float:
        return _negative_log_likelihood(gold, logits / np.exp(log_temperature))

    # The loss is convex in 1 / temperature, so it has one valley in its logarithm as well.
    best = float(minimize_scalar(loss, bounds=(low, high), method="bounded").x)
    return float(np.exp(best)) if loss(best) < loss(0.0) - 1e-12 else 1.0


def rescale(probabilities: FloatArray, temperature: float) -> FloatArray:
    """`probabilities` as they would be with their logits divided by `temperature`.

    `rescale(rescale(p, t), 1 / t)` is `p` again.
    """
    from scipy.special import softmax

    if not temperature > 0:
        raise ValueError(f"temperature is {temperature}: it must be above 0")
    smallest = np.finfo(np.float64).tiny
    rescaled: FloatArray = softmax(
        np.log(np.maximum(probabilities, smallest)) / temperature, axis=1
    )
    return rescaled


def _bin(top: FloatArray, edges: FloatArray) -> IntArray:
    # A sum that rounding lifts just over 1 still belongs to the last bin.
    return np.clip(np.digitize(top, edges, right=True) - 1, 0, len(edges) - 2)


def _negative_log_likelihood(gold: IntArray, logits: FloatArray) -> float:
    from scipy.special import log_softmax

    return -float(log_softmax(logits, axis=1)[np.arange(len(gold)), gold].mean())
