"""An engine may answer for its model only where it hardly ever answers otherwise."""

from dataclasses import replace

import numpy as np
import pytest

from claimstance.models import agreement
from claimstance.models.agreement import Agreement, compare

GOLD = np.array([0] * 80 + [1] * 10 + [2] * 5 + [3] * 5)
SAME = Agreement(sentences=100, macro_f1_lost=0.0, missed=0.0, flipped=0.0)


def answers(changes):
    """Probabilities that are right but for the rows in `changes`."""
    predicted = GOLD.copy()
    for row, label in changes.items():
        predicted[row] = label
    return np.eye(4)[predicted]


def test_an_engine_that_answers_the_same_holds():
    found = compare(GOLD, answers({0: 1}), answers({0: 1}))
    assert found == SAME
    assert found.holds


def test_a_denied_sentence_that_the_engine_loses_is_missed():
    found = compare(GOLD, answers({}), answers({80: 0}))
    assert found.missed == pytest.approx(1 / 15)
    assert found.flipped == pytest.approx(1 / 100)
    assert found.macro_f1_lost > 0.005
    assert not found.holds


def test_an_engine_that_finds_more_has_lost_nothing():
    found = compare(GOLD, answers({80: 0}), answers({}))
    assert found.missed < 0
    assert found.macro_f1_lost < 0
    assert found.holds


def test_without_denied_and_disputed_sentences_none_is_missed():
    only = np.zeros(10, dtype=int)
    assert compare(only, np.eye(4)[only], np.eye(4)[only]).missed == 0


@pytest.mark.parametrize(
    ("figure", "most"),
    [("macro_f1_lost", 0.005), ("missed", 0.005), ("flipped", 0.02), ("span_f1_lost", 0.02)],
)
def test_each_figure_alone_decides(figure, most):
    assert replace(SAME, **{figure: most}).holds
    assert not replace(SAME, **{figure: most + 1e-6}).holds


def test_it_comes_back_from_its_file(tmp_path):
    engines = {"onnx": SAME, "int8": replace(SAME, flipped=0.5, passed_on=0.03)}
    agreement.write(tmp_path, engines)
    assert agreement.read(tmp_path) == engines
    assert agreement.metrics(engines)["int8_passed_on"] == 0.03


def test_thresholds_of_exits_are_kept_and_logged(tmp_path):
    engines = {"exits": replace(SAME, early=0.5, thresholds=(5.5, None))}
    agreement.write(tmp_path, engines)
    assert agreement.read(tmp_path) == engines
    logged = agreement.metrics(engines)
    assert (logged["exits_threshold_1"], logged["exits_threshold_2"]) == (5.5, None)
    assert "exits_thresholds" not in logged


def test_a_folder_without_the_file_has_no_engines(tmp_path):
    assert agreement.read(tmp_path) == {}
