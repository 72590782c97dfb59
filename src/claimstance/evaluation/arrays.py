"""What every figure is computed from: gold label ids, probabilities, article ids."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from claimstance.errors import LabelError, ModelError
from claimstance.records import STANCES

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
Names = Sequence[str] | npt.NDArray[np.str_]

CLASSES = len(STANCES)


def check_gold(gold: IntArray) -> None:
    """Raise unless `gold` is a non-empty row of stance ids."""
    if gold.ndim != 1:
        raise ValueError(f"gold has shape {gold.shape}: pass one stance id a sentence, shape (n,)")
    if len(gold) == 0:
        raise LabelError(
            "nothing to evaluate: there are no gold sentences; label some, or leave this suite out"
        )
    if gold.min() < 0 or gold.max() >= CLASSES:
        raise ValueError(f"gold holds ids outside 0 to {CLASSES - 1}: pass `Stance.id` values")


def check_scores(gold: IntArray, scores: FloatArray) -> None:
    """Raise unless `scores` has four finite numbers for every gold sentence."""
    check_gold(gold)
    if scores.shape != (len(gold), CLASSES):
        raise ValueError(
            f"the model's scores have shape {scores.shape}, the gold labels need "
            f"({len(gold)}, {CLASSES}): pass one row a sentence, one column a stance"
        )
    broken = int((~np.isfinite(scores)).any(axis=1).sum())
    if broken:
        raise ModelError(
            f"the model's scores are not finite for {broken} of {len(gold)} sentences: "
            "train it again, with a lower learning rate if it was the training that diverged"
        )


def check_probabilities(gold: IntArray, probabilities: FloatArray) -> None:
    """Raise unless every gold sentence has four probabilities that sum to one."""
    check_scores(gold, probabilities)
    sums = probabilities.sum(axis=1)
    if probabilities.min() < 0 or not np.allclose(sums, 1, atol=1e-3):
        raise ValueError(
            "the rows of `probabilities` are not probabilities (each row must be at least 0 "
            "and sum to 1): apply softmax to logits first"
        )
