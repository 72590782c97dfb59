"""The yardsticks answer with certainty, in the shape that every classifier promises."""

import pytest

from claimstance.labelling.lexicon import Lexicon
from claimstance.models.yardsticks import AlwaysAsserted, RulesAlone
from claimstance.records import STANCES, Stance

TEXTS = [
    "The army denied that the bridge was closed.",
    "The mayor disputed the claim.",
    "Who opened the bridge?",
    "The mayor said the bridge was safe.",
    "The bridge, the mayor hinted, will never carry a single tank again!",
]


@pytest.fixture(scope="module")
def rules(tiny_cues):
    return RulesAlone(Lexicon.load(tiny_cues))


def answers(classifier, texts):
    return [STANCES[row.argmax()] for row in classifier.predict_proba(texts)]


def test_always_asserted_is_certain_whatever_it_reads():
    assert AlwaysAsserted().predict_proba(TEXTS).tolist() == [[1, 0, 0, 0]] * len(TEXTS)


def test_the_rules_answer_where_they_resolve_and_say_asserted_elsewhere(rules):
    expected = [
        Stance.DENIED,
        Stance.DISPUTED,
        Stance.NO_CLAIM,
        Stance.ASSERTED,
        Stance.ASSERTED,
    ]
    assert answers(rules, TEXTS) == expected


def test_the_rules_tell_an_abstention_from_an_asserted_sentence(rules):
    assert rules.abstains(TEXTS) == [False, False, False, False, True]


def test_a_conflict_counts_as_abstention(rules):
    text = "The army denied it, and the claim is disputed."
    assert rules.abstains([text]) == [True]
    assert answers(rules, [text]) == [Stance.ASSERTED]


def test_nothing_in_nothing_out(rules):
    for yardstick in (AlwaysAsserted(), rules):
        assert yardstick.predict_proba([]).shape == (0, 4)
