"""A challenger takes over only when a paired bootstrap over articles supports it."""

import numpy as np
import pytest

from claimstance.evaluation.bootstrap import compare
from claimstance.evaluation.champion import decide

from .conftest import one_hot

ARTICLES = [f"article-{index // 8}" for index in range(160)]
GOLD = np.arange(160) % 4


def answers(wrong_every, offset=0):
    """Right but for every so manyth sentence, where `asserted` and the others are confused."""
    wrong = np.arange(160) % wrong_every == offset
    return one_hot(np.where(wrong, (GOLD + 1) % 4, GOLD))


GOOD, FAIR, POOR = answers(23), answers(5), answers(2)


def test_without_a_champion_the_better_score_wins():
    decision = decide(GOLD, {"poor-1": POOR, "good-1": GOOD}, ARTICLES, None)
    assert (decision.champion, decision.moved) == ("good-1", True)
    assert decision.reason.startswith("good-1 is the first champion: validation macro-F1 0.9")
    assert "against poor-1 0." in decision.reason


def test_a_single_model_becomes_champion_without_a_rival():
    decision = decide(GOLD, {"poor-1": POOR}, ARTICLES, None)
    assert (decision.champion, decision.moved) == ("poor-1", True)
    assert "against" not in decision.reason


def test_a_clearly_better_challenger_takes_over():
    decision = decide(GOLD, {"poor-1": POOR, "good-1": GOOD}, ARTICLES, "poor-1")
    assert (decision.champion, decision.moved) == ("good-1", True)
    assert decision.reason.startswith("good-1 replaces poor-1: validation macro-F1 0.9")
    assert "95 % interval [+0." in decision.reason


def test_a_challenger_that_is_better_by_chance_does_not():
    lucky, champion = answers(23), answers(23, offset=5)
    lucky[46] = one_hot(GOLD[46:47])  # one mistake fewer than its rival
    outcome = compare(GOLD, lucky.argmax(axis=1), champion.argmax(axis=1), ARTICLES)
    assert outcome.difference > 0 > outcome.low  # or the test would show nothing
    decision = decide(GOLD, {"lucky-1": lucky, "old-1": champion}, ARTICLES, "old-1")
    assert (decision.champion, decision.moved) == ("old-1", False)
    assert decision.reason.startswith("old-1 stays champion: lucky-1 has validation macro-F1")


def test_a_worse_challenger_does_not():
    decision = decide(GOLD, {"poor-1": POOR, "good-1": GOOD}, ARTICLES, "good-1")
    assert (decision.champion, decision.moved) == ("good-1", False)
    assert "difference -0." in decision.reason


def test_of_several_challengers_the_best_one_counts():
    models = {"fair-1": FAIR, "poor-1": POOR, "good-1": GOOD}
    decision = decide(GOLD, models, ARTICLES, "poor-1")
    assert decision.champion == "good-1"


def test_a_champion_alone_stays():
    decision = decide(GOLD, {"good-1": GOOD}, ARTICLES, "good-1")
    assert (decision.champion, decision.moved) == ("good-1", False)
    assert "nothing else to compare" in decision.reason


def test_one_article_is_no_ground_for_a_change():
    decision = decide(GOLD, {"poor-1": POOR, "good-1": GOOD}, ["the only one"] * 160, "poor-1")
    assert (decision.champion, decision.moved) == ("poor-1", False)
    assert "too few articles for a bootstrap" in decision.reason


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_the_models_does_not_matter(order):
    models = dict(list({"poor-1": POOR, "fair-1": FAIR, "good-1": GOOD}.items())[::order])
    assert decide(GOLD, models, ARTICLES, "fair-1").champion == "good-1"
