import numpy as np
import pytest

from claimstance.evaluation.calibration import (
    TEMPERATURE_BOUNDS,
    chance_calibration_error,
    expected_calibration_error,
    fit_temperature,
    reliability,
    rescale,
)

from .conftest import made_up_logits, one_hot, softmax


def sampled_labels(logits, seed=0):
    """Labels drawn from the model's own probabilities: it is calibrated by construction."""
    draws = np.random.default_rng(seed).random((len(logits), 1))
    return (softmax(logits).cumsum(axis=1) < draws).sum(axis=1).clip(max=3)


def rows_of(*tops):
    return np.array([[top, 1 - top, 0, 0] for top in tops])


def test_ece_by_hand():
    # .65 and .55 share no bin of ten; the first is right, of the second pair one of two is.
    probabilities = rows_of(0.65, 0.55, 0.55, 0.95)
    gold = np.array([0, 0, 1, 0])
    expected = (1 * 0.35 + 2 * 0.05 + 1 * 0.05) / 4
    assert expected_calibration_error(gold, probabilities, bins=10) == pytest.approx(expected)


def test_ece_is_zero_when_four_in_five_are_right_at_eighty_percent():
    probabilities = rows_of(0.8, 0.8, 0.8, 0.8, 0.8)
    ece = expected_calibration_error(np.array([0, 0, 0, 0, 1]), probabilities)
    assert ece == pytest.approx(0)


def test_ece_of_certain_answers_is_the_error_rate():
    ece = expected_calibration_error(np.array([0, 1, 2, 0]), one_hot([0, 1, 2, 3]))
    assert ece == pytest.approx(0.25)


def test_ece_of_a_model_that_is_calibrated_by_construction_is_small():
    logits = np.random.default_rng(0).normal(size=(20_000, 4)) * 2
    gold = sampled_labels(logits)
    assert expected_calibration_error(gold, softmax(logits)) < 0.01
    assert expected_calibration_error(gold, softmax(3 * logits)) > 0.1


def test_chance_alone_gives_a_small_sample_of_true_probabilities_some_ece():
    logits = np.random.default_rng(2).normal(size=(300, 4)) * 2
    measured = [
        expected_calibration_error(sampled_labels(logits, seed), softmax(logits))
        for seed in range(100)
    ]
    chance = chance_calibration_error(softmax(logits))
    assert chance == pytest.approx(np.mean(measured), abs=0.005)
    assert chance > 2 * chance_calibration_error(softmax(np.tile(logits, (10, 1))))


def test_chance_gives_certain_answers_no_ece():
    assert chance_calibration_error(one_hot([0, 1, 2, 3])) == 0


def test_reliability_rows_cover_every_sentence_and_keep_empty_bins():
    rows = reliability(np.array([0, 0, 1]), rows_of(1.0, 0.6, 0.55), bins=5)
    assert [row.count for row in rows] == [0, 0, 2, 0, 1]
    assert rows[2].confidence == pytest.approx(0.575)
    assert rows[2].accuracy == pytest.approx(0.5)
    assert rows[0].accuracy is None
    assert rows[0].confidence is None


@pytest.mark.parametrize("factor", [0.5, 2.0, 4.0])
def test_the_temperature_undoes_what_was_done_to_calibrated_logits(factor):
    logits = np.random.default_rng(1).normal(size=(4_000, 4)) * 2
    gold = sampled_labels(logits, seed=2)
    assert fit_temperature(gold, factor * logits) == pytest.approx(factor, rel=0.1)


def test_scaling_leaves_the_answers_and_lowers_the_error_of_overconfident_logits():
    gold = np.random.default_rng(3).integers(0, 4, 2_000)
    logits = 5 * made_up_logits(gold, 1.0)
    temperature = fit_temperature(gold, logits)
    assert temperature > 1
    before, after = softmax(logits), softmax(logits / temperature)
    assert (before.argmax(axis=1) == after.argmax(axis=1)).all()
    assert expected_calibration_error(gold, after) < expected_calibration_error(gold, before) / 2


def test_logits_that_are_always_right_stay_within_the_bounds():
    low, high = TEMPERATURE_BOUNDS
    gold = np.array([0, 1, 2, 3])
    assert low <= fit_temperature(gold, one_hot(gold)) < 1
    assert fit_temperature(gold, -1000 * one_hot(gold)) == pytest.approx(high, rel=1e-3)


def test_logits_without_a_word_keep_temperature_one():
    assert fit_temperature(np.array([0, 1]), np.zeros((2, 4))) == 1


def test_rescale_is_softmax_of_scaled_logits_and_can_be_undone():
    logits = np.random.default_rng(4).normal(size=(50, 4))
    scaled = rescale(softmax(logits), 2.5)
    assert scaled == pytest.approx(softmax(logits / 2.5))
    assert rescale(scaled, 1 / 2.5) == pytest.approx(softmax(logits))


def test_rescale_survives_zeros_and_refuses_an_impossible_temperature():
    with np.errstate(divide="raise", invalid="raise"):
        assert rescale(one_hot([2]), 0.5) == pytest.approx(one_hot([2]))
    with pytest.raises(ValueError, match="above 0"):
        rescale(one_hot([2]), 0.0)
