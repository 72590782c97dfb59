"""How right a model is: macro-F1, and precision, recall, F1 and average precision a stance."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from claimstance.evaluation.arrays import CLASSES, FloatArray, IntArray, check_probabilities
from claimstance.evaluation.calibration import expected_calibration_error
from claimstance.records import CLAIM_STANCES, STANCES, Stance

CLAIM_IDS = [stance.id for stance in CLAIM_STANCES]


@dataclass(frozen=True, slots=True)
class ClassScores:
    """One stance against all others; None where a figure is undefined.

    `precision` needs a prediction of the stance, `recall` and `average_precision` a gold
    sentence of it, `f1` either. `support` counts gold sentences, `predicted` predicted ones.
    """

    precision: float | None
    recall: float | None
    f1: float | None
    average_precision: float | None
    support: int
    predicted: int


@dataclass(frozen=True, slots=True)
class Scores:
    """What one model got right on `n` sentences.

    `macro_f1`, the headline, is the mean F1 of those of asserted, denied and disputed that
    occur among the gold labels or the predictions; None if none does. `no_claim_f1` is None
    if no gold sentence is no_claim. `confusion` has gold rows and predicted columns.
    """

    n: int
    macro_f1: float | None
    per_class: dict[Stance, ClassScores]
    no_claim_f1: float | None
    accuracy: float
    ece: float
    confusion: tuple[tuple[int, ...], ...]


def score(gold: IntArray, probabilities: FloatArray) -> Scores:
    """Score `probabilities` (n, 4) against `gold` (n,); the most probable stance is the answer.

    Between equally probable stances the one with the lowest id is the answer.
    """
    check_probabilities(gold, probabilities)
    counts = confusion_counts(gold, probabilities.argmax(axis=1))
    per_class = {stance: _class_scores(stance, counts, gold, probabilities) for stance in STANCES}
    no_claim = per_class[Stance.NO_CLAIM]
    return Scores(
        n=len(gold),
        macro_f1=_defined(macro_f1_of_counts(counts)),
        per_class=per_class,
        no_claim_f1=no_claim.f1 if no_claim.support else None,
        accuracy=float(np.trace(counts) / len(gold)),
        ece=expected_calibration_error(gold, probabilities),
        confusion=tuple(tuple(int(cell) for cell in row) for row in counts),
    )


def macro_f1(gold: IntArray, predicted: IntArray) -> float | None:
    """The headline alone, from label ids; see `Scores` for its definition."""
    return _defined(macro_f1_of_counts(confusion_counts(gold, predicted)))


def confusion_counts(gold: IntArray, predicted: IntArray) -> IntArray:
    """The (4, 4) table of gold (rows) by predicted (columns)."""
    cells = np.bincount(gold * CLASSES + predicted, minlength=CLASSES * CLASSES)
    return cells.reshape(CLASSES, CLASSES)


def macro_f1_of_counts(counts: npt.NDArray[Any]) -> FloatArray:
    """The headline of each (4, 4) table in `counts` (..., 4, 4); nan where it is undefined."""
    hits = np.diagonal(counts, axis1=-2, axis2=-1)[..., CLAIM_IDS]
    # F1 = 2 TP / (gold + predicted) equals the harmonic mean of precision and recall.
    sizes = (counts.sum(axis=-1) + counts.sum(axis=-2))[..., CLAIM_IDS]
    f1 = 2 * hits / np.maximum(sizes, 1)
    occurring = (sizes > 0).sum(axis=-1)
    means = f1.sum(axis=-1) / np.maximum(occurring, 1)
    return np.where(occurring > 0, means, np.nan)


def _class_scores(
    stance: Stance, counts: IntArray, gold: IntArray, probabilities: FloatArray
) -> ClassScores:
    hits, support = int(counts[stance.id, stance.id]), int(counts[stance.id].sum())
    predicted = int(counts[:, stance.id].sum())
    return ClassScores(
        precision=_ratio(hits, predicted),
        recall=_ratio(hits, support),
        f1=_ratio(2 * hits, support + predicted),
        average_precision=_average_precision(gold == stance.id, probabilities[:, stance.id]),
        support=support,
        predicted=predicted,
    )


def _average_precision(is_stance: npt.NDArray[np.bool_], probability: FloatArray) -> float | None:
    from sklearn.metrics import average_precision_score

    if not is_stance.any():
        return None
    return float(average_precision_score(is_stance, probability))


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _defined(value: FloatArray) -> float | None:
    return None if np.isnan(value) else float(value)
