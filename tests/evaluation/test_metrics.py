import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score, precision_recall_fscore_support

from claimstance.errors import LabelError, ModelError
from claimstance.evaluation.metrics import macro_f1, score
from claimstance.records import STANCES, Stance

from .conftest import made_up_logits, one_hot, softmax


def test_a_small_case_by_hand():
    gold = np.array([0, 0, 0, 1, 1, 2, 3])
    predicted = np.array([0, 0, 1, 1, 0, 2, 0])
    scores = score(gold, one_hot(predicted))
    # asserted: 2 right, 4 predicted, 3 gold; denied: 1 right, 2 predicted, 2 gold; disputed: all.
    assert scores.per_class[Stance.ASSERTED].precision == pytest.approx(2 / 4)
    assert scores.per_class[Stance.ASSERTED].recall == pytest.approx(2 / 3)
    assert scores.macro_f1 == pytest.approx((4 / 7 + 1 / 2 + 1) / 3)
    assert scores.accuracy == pytest.approx(4 / 7)
    assert scores.no_claim_f1 == 0
    assert scores.confusion == ((2, 1, 0, 0), (1, 1, 0, 0), (0, 0, 1, 0), (1, 0, 0, 0))


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_sklearn(seed):
    rng = np.random.default_rng(seed)
    gold = rng.integers(0, 4, 200)
    probabilities = softmax(made_up_logits(gold, 1.0, seed))
    predicted = probabilities.argmax(axis=1)
    scores = score(gold, probabilities)
    theirs = precision_recall_fscore_support(gold, predicted, labels=range(4))
    for stance, *expected in zip(STANCES, *theirs, strict=True):
        ours = scores.per_class[stance]
        assert (ours.precision, ours.recall, ours.f1, ours.support) == pytest.approx(expected)
        average = average_precision_score(gold == stance.id, probabilities[:, stance.id])
        assert ours.average_precision == pytest.approx(average)
    expected = f1_score(gold, predicted, labels=[0, 1, 2], average="macro")
    assert scores.macro_f1 == pytest.approx(expected)
    assert macro_f1(gold, predicted) == pytest.approx(expected)


def test_no_claim_touches_the_headline_only_through_the_stances():
    gold, right = np.array([0, 1, 2, 3]), np.array([0, 1, 2, 3])
    assert macro_f1(gold, right) == 1
    assert macro_f1(gold, np.array([0, 1, 2, 0])) == pytest.approx((2 / 3 + 1 + 1) / 3)


def test_a_stance_that_never_occurs_is_left_out_of_the_mean():
    assert macro_f1(np.array([0, 0, 1]), np.array([0, 0, 1])) == 1


def test_a_stance_that_is_only_predicted_counts_as_zero():
    assert macro_f1(np.array([0, 0, 0]), np.array([0, 0, 2])) == pytest.approx((4 / 5 + 0) / 2)


def test_undefined_figures_are_none():
    scores = score(np.array([0, 1]), one_hot([0, 0]))
    assert scores.per_class[Stance.DENIED].precision is None
    assert scores.per_class[Stance.DENIED].recall == 0
    disputed = scores.per_class[Stance.DISPUTED]
    assert (disputed.recall, disputed.f1, disputed.average_precision) == (None, None, None)
    assert scores.no_claim_f1 is None
    assert score(np.array([3]), one_hot([3])).macro_f1 is None


def test_no_claim_f1_is_none_without_gold_even_if_predicted():
    assert score(np.array([0, 1]), one_hot([0, 3])).no_claim_f1 is None


def test_the_order_of_the_sentences_does_not_matter():
    gold = np.random.default_rng(0).integers(0, 4, 100)
    probabilities = softmax(made_up_logits(gold, 1.0))
    order = np.random.default_rng(1).permutation(100)
    one, other = score(gold, probabilities), score(gold[order], probabilities[order])
    assert one.confusion == other.confusion
    assert one.macro_f1 == other.macro_f1
    assert one.ece == pytest.approx(other.ece)


def test_no_gold_is_an_error():
    with pytest.raises(LabelError, match="no gold sentences"):
        score(np.array([], dtype=int), np.zeros((0, 4)))


def test_a_diverged_model_is_an_error_that_counts_its_sentences():
    probabilities = one_hot([0, 1, 2])
    probabilities[1] = np.nan
    with pytest.raises(ModelError, match="not finite for 1 of 3 sentences"):
        score(np.array([0, 1, 2]), probabilities)


@pytest.mark.parametrize(
    ("gold", "probabilities", "message"),
    [
        ([0, 1], one_hot([0]), "shape"),
        ([0, 4], one_hot([0, 0]), "ids outside"),
        ([0], np.array([[1.5, -0.5, 0, 0]]), "softmax"),
        ([0], np.array([[0.5, 0.6, 0, 0]]), "softmax"),
        ([[0, 1]], one_hot([0]), "one stance id a sentence"),
    ],
)
def test_wrong_arrays_are_refused(gold, probabilities, message):
    with pytest.raises(ValueError, match=message):
        score(np.array(gold), probabilities)
