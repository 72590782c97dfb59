"""Contrast groups: near-identical sentences with different labels, right only together."""

from dataclasses import dataclass

import numpy as np

from claimstance.evaluation.arrays import IntArray, Names, check_gold


@dataclass(frozen=True, slots=True)
class GroupScores:
    """How many of `total` groups have every sentence right; `share` is right / total."""

    right: int
    total: int
    share: float


def group_scores(gold: IntArray, predicted: IntArray, clusters: Names) -> GroupScores:
    """Count the groups (`clusters` names each sentence's group) that are right throughout."""
    check_gold(gold)
    names, group = np.unique(np.asarray(clusters), return_inverse=True)
    wrong = np.bincount(group, weights=gold != predicted, minlength=len(names))
    right = int((wrong == 0).sum())
    return GroupScores(right=right, total=len(names), share=right / len(names))
