"""Abstaining: what is left under a threshold, worked out by hand."""

import numpy as np
import pytest

from claimstance.evaluation.selective import THRESHOLDS, operating_points, risk_coverage

from .conftest import made_up_logits, softmax

# Surest first: right denial, wrong denial, right assertion, missed dispute, right dispute.
GOLD = np.array([1, 0, 0, 2, 2])
PREDICTED, SCORES = [1, 1, 0, 0, 2], [0.96, 0.9, 0.84, 0.7, 0.55]
PROBABILITIES = np.array(
    [
        [score if stance == answer else (1 - score) / 3 for stance in range(4)]
        for answer, score in zip(PREDICTED, SCORES, strict=True)
    ]
)


def at(threshold):
    return operating_points(GOLD, PROBABILITIES)[THRESHOLDS.index(threshold)]


def test_without_a_threshold_everything_is_answered():
    point = at(0.0)
    assert (point.coverage, point.accuracy) == (1, pytest.approx(3 / 5))
    assert (point.precision, point.recall) == (pytest.approx(2 / 3), pytest.approx(2 / 3))


def test_what_is_put_aside_counts_as_missed_and_not_as_wrong():
    point = at(0.8)
    assert (point.coverage, point.accuracy) == (pytest.approx(3 / 5), pytest.approx(2 / 3))
    assert (point.precision, point.recall) == (pytest.approx(1 / 2), pytest.approx(1 / 3))
    assert at(0.95).precision == 1


def test_where_nothing_is_answered_there_is_no_precision():
    unsure = operating_points(GOLD, np.full((5, 4), 0.25))[-1]
    assert (unsure.coverage, unsure.accuracy, unsure.precision, unsure.recall) == (0, None, None, 0)


def test_risk_is_the_share_of_wrong_answers_among_the_surest():
    coverage, risk = risk_coverage(GOLD, PROBABILITIES)
    assert coverage == pytest.approx([0.2, 0.4, 0.6, 0.8, 1])
    assert risk == pytest.approx([0, 1 / 2, 1 / 3, 2 / 4, 2 / 5])


def test_equally_sure_sentences_are_answered_together():
    coverage, risk = risk_coverage(GOLD, np.full((5, 4), 0.25))
    assert set(coverage) == {1.0}
    assert risk == pytest.approx([3 / 5] * 5)


def test_answering_the_surest_first_pays_for_a_model_that_knows_something():
    gold = np.random.default_rng(0).integers(0, 4, 400)
    coverage, risk = risk_coverage(gold, softmax(made_up_logits(gold, 2.0)))
    assert risk[coverage <= 0.3].max() < risk[-1]
