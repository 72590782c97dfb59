"""Figures on groups small enough to count by hand."""

import pytest

from claimstance.ledger.scores import Agreement, b_cubed, pairwise

GOLD, FOUND = "aaab", "xxyy"


def test_pairwise_by_hand():
    # gold pairs: 01 02 12; found pairs: 01 23
    assert pairwise(GOLD, FOUND) == Agreement(1 / 2, 1 / 3)
    assert pairwise(GOLD, FOUND).f1 == pytest.approx(0.4)


def test_b_cubed_by_hand():
    found = b_cubed(GOLD, FOUND)
    assert found.precision == pytest.approx((1 + 1 + 1 / 2 + 1 / 2) / 4)
    assert found.recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)


def test_what_is_undefined_is_none():
    assert pairwise("ab", "xy") == Agreement(None, None)
    assert pairwise("ab", "xy").f1 is None
    assert b_cubed("", "").f1 is None
    assert pairwise("aab", "xyy").f1 == 0
