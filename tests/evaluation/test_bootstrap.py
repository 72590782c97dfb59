import numpy as np
import pytest

from claimstance.evaluation.bootstrap import compare, interval
from claimstance.evaluation.metrics import macro_f1

from .conftest import made_up_logits


def answers(gold, signal, seed):
    return made_up_logits(gold, signal, seed).argmax(axis=1)


def articles(n, size):
    return np.array([f"article-{i // size:03}" for i in range(n)])


GOLD = np.random.default_rng(0).choice(4, 400, p=[0.6, 0.15, 0.15, 0.1])
CLUSTERS = articles(400, 10)
WEAK, STRONG = answers(GOLD, 1.0, 1), answers(GOLD, 3.0, 2)


def test_agrees_with_drawing_article_after_article():
    gold, predicted, clusters = GOLD[:120], WEAK[:120], CLUSTERS[:120]
    rng = np.random.default_rng(1)
    members = [np.flatnonzero(clusters == name) for name in np.unique(clusters)]
    scores = []
    for _ in range(1500):
        rows = np.concatenate([members[i] for i in rng.integers(0, len(members), len(members))])
        scores.append(macro_f1(gold[rows], predicted[rows]))
    bounds = interval(gold, predicted, clusters, resamples=1500)
    assert (bounds.low, bounds.high) == pytest.approx(np.quantile(scores, [0.025, 0.975]), abs=0.01)


def test_the_interval_holds_the_score_and_is_reproducible():
    bounds = interval(GOLD, WEAK, CLUSTERS)
    assert bounds.low < macro_f1(GOLD, WEAK) < bounds.high
    assert bounds == interval(GOLD, WEAK, CLUSTERS)
    assert bounds != interval(GOLD, WEAK, CLUSTERS, seed=1)


def test_the_order_of_the_sentences_does_not_matter():
    order = np.random.default_rng(5).permutation(400)
    shuffled = interval(GOLD[order], WEAK[order], CLUSTERS[order])
    assert shuffled == interval(GOLD, WEAK, CLUSTERS)


def test_more_articles_give_a_narrower_interval():
    few = interval(GOLD[:80], WEAK[:80], CLUSTERS[:80])
    many = interval(GOLD, WEAK, CLUSTERS)
    assert many.high - many.low < few.high - few.low


def test_articles_that_are_right_or_wrong_throughout_widen_the_interval():
    by_article = np.where(np.arange(400) // 10 % 4 == 0, 0, GOLD)
    alone = interval(GOLD, by_article, np.arange(400).astype(str))
    together = interval(GOLD, by_article, CLUSTERS)
    assert together.high - together.low > alone.high - alone.low


def test_a_single_article_has_no_interval_and_no_comparison():
    one = np.full(400, "article")
    assert interval(GOLD, WEAK, one) is None
    assert compare(GOLD, WEAK, STRONG, one) is None


def test_no_claims_at_all_have_no_interval():
    nothing = np.full(400, 3)
    assert interval(nothing, nothing, CLUSTERS) is None
    assert compare(nothing, nothing, nothing, CLUSTERS) is None


def test_a_clearly_better_model_is_favoured_whichever_side_it_stands_on():
    forward, backward = (
        compare(GOLD, WEAK, STRONG, CLUSTERS),
        compare(GOLD, STRONG, WEAK, CLUSTERS),
    )
    assert (forward.favours, backward.favours) == ("b", "a")
    assert forward.difference == pytest.approx(macro_f1(GOLD, WEAK) - macro_f1(GOLD, STRONG))
    assert forward.low <= forward.difference <= forward.high < 0
    assert (backward.low, backward.high) == pytest.approx((-forward.high, -forward.low))
    assert forward.p_value == backward.p_value == pytest.approx(2 / 1001)


def test_a_model_is_no_better_than_itself():
    same = compare(GOLD, WEAK, WEAK, CLUSTERS)
    assert (same.difference, same.low, same.high, same.p_value) == (0, 0, 0, 1)
    assert same.favours == "neither"


def test_two_models_of_equal_skill_are_mostly_not_told_apart():
    outcomes = [
        compare(GOLD, answers(GOLD, 1.5, s), answers(GOLD, 1.5, 100 + s), CLUSTERS, resamples=300)
        for s in range(40)
    ]
    verdicts = [outcome.favours for outcome in outcomes]
    assert verdicts.count("neither") >= 33
    assert np.mean([outcome.p_value for outcome in outcomes]) == pytest.approx(0.5, abs=0.2)


def test_pairing_is_sharper_than_two_separate_intervals():
    better = np.where(np.arange(400) % 12 == 0, GOLD, WEAK)
    outcome = compare(GOLD, WEAK, better, CLUSTERS)
    separate = interval(GOLD, WEAK, CLUSTERS), interval(GOLD, better, CLUSTERS)
    assert outcome.high - outcome.low < min(each.high - each.low for each in separate)
    assert outcome.favours == "b"
    assert separate[0].high > separate[1].low


def test_rows_that_do_not_match_are_refused():
    with pytest.raises(ValueError, match="399 predictions"):
        interval(GOLD, WEAK[:-1], CLUSTERS)
