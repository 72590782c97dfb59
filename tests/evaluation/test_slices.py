import numpy as np
import pytest

from claimstance.evaluation.metrics import macro_f1
from claimstance.evaluation.slices import slice_scores

GOLD = np.array([0, 0, 1, 1, 2, 3])
PREDICTED = np.array([0, 1, 1, 1, 2, 0])


def scored(**changes):
    columns = {
        "domains": ["war", "war", "war", "hoax", "hoax", ""],
        "texts": ["w " * count for count in (1, 10, 11, 20, 30, 31)],
        "rules_abstain": np.array([True, False, False, False, False, False]),
    }
    parts = slice_scores(GOLD, PREDICTED, **(columns | changes))
    return {(part.dimension, part.name): part for part in parts}


def test_every_dimension_splits_all_sentences():
    parts = scored().values()
    for dimension in ("domain", "words", "rules"):
        assert sum(part.n for part in parts if part.dimension == dimension) == len(GOLD)


def test_lengths_fall_into_their_bins():
    sizes = {name: part.n for (dimension, name), part in scored().items() if dimension == "words"}
    assert sizes == {"1-10": 2, "11-20": 2, "21-30": 1, "31+": 1}


def test_scores_are_those_of_the_slice_alone():
    short = scored()["words", "1-10"]
    assert short.macro_f1 == macro_f1(GOLD[:2], PREDICTED[:2])
    assert short.accuracy == pytest.approx(1 / 2)
    assert scored()["rules", "abstain"].accuracy == 1
    assert scored()["rules", "speak"].accuracy == pytest.approx(3 / 5)


def test_an_empty_slice_is_left_out():
    assert ("rules", "abstain") not in scored(rules_abstain=np.zeros(6, dtype=bool))


def test_small_domains_are_one_slice_and_slices_under_twenty_are_flagged():
    gold = np.zeros(39, dtype=int)
    domains = ["a"] * 20 + ["b"] * 10 + ["c"] * 9
    parts = slice_scores(gold, gold, domains, ["w"] * 39, gold == 0)
    found = {part.name: (part.n, part.small) for part in parts if part.dimension == "domain"}
    assert found == {"a": (20, False), "other": (19, True)}


def test_columns_of_another_length_are_refused():
    with pytest.raises(ValueError, match="slices of 6 gold labels"):
        scored(texts=["w"])
