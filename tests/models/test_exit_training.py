"""Exits learn what the model answers, and are no more eager than validation allows."""

import numpy as np
import pytest
import torch

from claimstance.models import exit_training
from claimstance.models.exit_training import calibrated, choose_thresholds, fit_exit
from claimstance.models.exits import Exit, surplus


def separable(count, seed=0, gap=8):
    """Features (n, 6) of which the first two tell the stance, on a scale of hundreds."""
    draw = np.random.default_rng(seed)
    answers = draw.integers(0, 4, count)
    found = draw.normal(size=(count, 6))
    found[:, 0] += gap * (answers // 2)
    found[:, 1] += gap * (answers % 2)
    return (100 * found + 500).astype(np.float32), answers


def test_an_exit_learns_what_it_is_shown_on_any_scale():
    fitted = fit_exit(*separable(800))
    found, answers = separable(200, seed=1)
    assert (fitted.logits(found).argmax(axis=1) == answers).mean() > 0.97
    assert not fitted.sure(fitted.logits(found)).any()


def test_fitting_again_gives_the_same_and_draws_nothing_of_the_callers():
    torch.manual_seed(1)
    expected = torch.rand(1)
    torch.manual_seed(1)
    first, second = (fit_exit(*separable(100)) for _ in range(2))
    assert (first.inner == second.inner).all()
    assert torch.rand(1) == expected


def test_a_calibrated_exit_is_as_often_right_as_it_says():
    fitted = fit_exit(*separable(400, gap=3))
    found, gold = separable(2000, seed=1, gap=2)
    logits = calibrated(fitted, found, gold).logits(found)
    before = fitted.logits(found)
    assert (logits.argmax(axis=1) == before.argmax(axis=1)).all()
    said = (np.exp(logits).max(axis=1) / np.exp(logits).sum(axis=1)).mean()
    assert said == pytest.approx((logits.argmax(axis=1) == gold).mean(), abs=0.03)


def plain():
    """Its log-odds are the only feature, but for a constant."""
    return Exit(
        np.eye(1, dtype=np.float32),
        np.zeros(1, np.float32),
        np.array([[1, 0, 0, 0]], np.float32),
        np.zeros(4, np.float32),
        np.inf,
    )


@pytest.mark.parametrize(("margin", "answered"), [(0, 4), (1.5, 2)])
def test_the_threshold_lies_above_the_first_lost_sentence(margin, answered, monkeypatch):
    monkeypatch.setattr(exit_training, "EXITS_MAY_MISS", 0.25)
    monkeypatch.setattr(exit_training, "MARGIN", margin)
    gold = np.array([0, 0, 1, 0, 2, 0, 1, 2])
    found = np.array([[9], [8], [7], [6], [5], [4], [3], [2]], dtype=np.float32)
    (chosen,) = choose_thresholds([plain()], [found], gold, gold, least=0.5)
    sure = [True] * answered + [False] * (8 - answered)  # one of four denied or disputed is lost
    assert chosen.sure(chosen.logits(found)).tolist() == sure


def test_what_an_exit_has_answered_is_not_lost_to_a_later_one_again(monkeypatch):
    monkeypatch.setattr(exit_training, "EXITS_MAY_MISS", 0.5)
    monkeypatch.setattr(exit_training, "MARGIN", 0)
    gold = np.array([0, 1, 0, 2, 0, 1, 2, 0])
    found = np.array([[9], [8], [7], [6], [5], [4], [3], [2]], dtype=np.float32)
    first, second = choose_thresholds([plain(), plain()], [found, found], gold, gold, least=0.5)
    assert first.sure(first.logits(found)).sum() == 3
    assert second.sure(second.logits(found)).sum() == 5


def test_an_exit_is_never_less_sure_than_asked_nor_sure_without_anything_to_lose():
    found = np.array([[9], [2]], dtype=np.float32)
    (chosen,) = choose_thresholds([plain()], [found], np.array([0, 1]), np.array([0, 0]), least=4)
    assert chosen.threshold == 4
    none = choose_thresholds([plain()], [found], np.array([0, 0]), np.array([0, 0]), least=4)
    assert none[0].threshold == np.inf
    assert surplus(chosen.logits(found))[0] > 4
