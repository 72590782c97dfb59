import numpy as np
import pytest

from claimstance.evaluation.groups import group_scores

GOLD = np.array([0, 1, 2, 0, 1, 3])
CLUSTERS = np.array(["a", "a", "a", "b", "b", "c"])


def test_one_wrong_sentence_loses_its_whole_group():
    scores = group_scores(GOLD, np.array([0, 1, 0, 0, 1, 3]), CLUSTERS)
    assert (scores.right, scores.total) == (2, 3)
    assert scores.share == pytest.approx(2 / 3)


def test_always_asserted_gets_no_contrast_group_right():
    assert group_scores(GOLD, np.zeros(6, dtype=int), CLUSTERS).right == 0


def test_groups_need_not_stand_together():
    order = np.array([5, 0, 3, 1, 4, 2])
    predicted = np.array([0, 1, 0, 0, 1, 3])
    whole = group_scores(GOLD, predicted, CLUSTERS)
    assert group_scores(GOLD[order], predicted[order], CLUSTERS[order]) == whole
