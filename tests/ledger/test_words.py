"""What a claim's words say by themselves."""

import pytest

from claimstance.ledger.words import content_words, is_narrow, names, needs_context, only_points


def test_a_claim_and_its_denial_have_the_same_words():
    assert content_words("The army captured Tel Dahra") == content_words(
        "the army did not capture Tel Dahra"
    )


def test_numbers_and_possessives_stay_whole():
    assert content_words("the ministry’s 1,400 troops") == {"minis", "1,400", "troop"}


@pytest.mark.parametrize(
    "claim",
    ["", "it", "the claim", "These reports", "that account", "the whole thing", "Its story"],
)
def test_some_claims_only_point(claim):
    assert only_points(claim)


@pytest.mark.parametrize("claim", ["the looting", "a report on the bridge", "he is dead", "US"])
def test_others_say_something(claim):
    assert not only_points(claim)


@pytest.mark.parametrize(
    ("claim", "narrow"), [("the strike", True), ("he is dead", True), ("the market was hit", False)]
)
def test_narrow_claims_have_one_content_word(claim, narrow):
    assert is_narrow(claim) is narrow


def test_names_have_a_capital_behind_the_first_word_and_are_no_dates():
    assert names("Rebels told Reuters on Monday that Assad’s army left Homs.") == {
        "reuters",
        "assad",
        "homs",
    }


@pytest.mark.parametrize(
    ("claim", "needs"),
    [("they took the town", True), ("the town", True), ("The army took the town", False)],
)
def test_what_begins_with_a_pronoun_needs_context(claim, needs):
    assert needs_context(claim) is needs
