"""Resolving votes: ranks, silencing, conflict and abstention."""

import pytest

from claimstance.labelling.rules import RULE_NAMES
from claimstance.labelling.votes import TIERS, Resolution, resolve
from claimstance.records import Stance, Vote

A, D, C, N = Stance.ASSERTED, Stance.DENIED, Stance.DISPUTED, Stance.NO_CLAIM


def cast(rule: str, stance: Stance, start: int = 0, end: int = 5) -> Vote:
    return Vote(rule, stance, start, end)


def test_every_rule_has_exactly_one_rank():
    ranked = [rule for tier in TIERS for rule in tier]
    assert sorted(ranked) == sorted(RULE_NAMES)


def test_no_votes_give_no_stance():
    resolution = resolve(())
    assert resolution == Resolution(None, "no rule spoke")
    assert not resolution.is_conflict


@pytest.mark.parametrize(
    ("votes", "stance"),
    [
        ((cast("reporting", A, 9, 12), cast("denial", D)), D),
        ((cast("denial", D), cast("rebuttal", C, 4, 9)), C),
        ((cast("denial", D), cast("question", N, 20, 21)), N),
        ((cast("pseudo", A, 10, 20), cast("denial", D)), D),
        ((cast("pseudo", A, 0, 9), cast("denial", D, 0, 6)), A),
        ((cast("unverified", C, 0, 30), cast("denial", D, 20, 24)), C),
        ((cast("reporting", A), cast("plain", A, 7, 9)), A),
    ],
)
def test_specific_outranks_general_and_a_longer_cue_silences_one_inside_it(votes, stance):
    assert resolve(votes).stance is stance
    assert resolve(votes[::-1]).stance is stance


def test_two_specific_rules_that_contradict_each_other_are_a_conflict():
    resolution = resolve((cast("denial", D), cast("unverified", C, 8, 12)))
    assert resolution.stance is None
    assert resolution.is_conflict
    assert resolution.reason == "conflict: denial (denied) against unverified (disputed)"


def test_the_reason_names_the_rules_that_decided():
    votes = (cast("denial", D), cast("falsity", D, 9, 12), cast("plain", A, 20, 22))
    assert resolve(votes).reason == "denial, falsity"


def test_equal_spans_do_not_silence_each_other():
    assert resolve((cast("denial", D), cast("dispute", C))).is_conflict
