"""Exits read a sentence's own tokens, and answer `asserted` or nothing."""

import numpy as np
import pytest

from claimstance.models import exits
from claimstance.models.exits import Exit, features, surplus


def an_exit(threshold=1.0):
    """One hidden unit that passes on the first feature; more of it is more asserted."""
    inner = np.zeros((6, 1), dtype=np.float32)
    inner[0] = 1
    outer = np.array([[1, 0, 0, 0]], dtype=np.float32)
    return Exit(inner, np.zeros(1, np.float32), outer, np.zeros(4, np.float32), threshold)


def test_features_are_first_token_mean_and_maximum_of_what_is_no_padding():
    states = np.array([[[1, 5], [3, -5], [99, 99]], [[2, 2], [4, 0], [6, 1]]], dtype=np.float32)
    mask = np.array([[1, 1, 0], [1, 1, 1]])
    assert features(states, mask).tolist() == [[1, 5, 2, 0, 3, 5], [2, 2, 4, 1, 6, 2]]


def test_surplus_is_the_log_odds_of_asserted():
    logits = np.array([[2.0, 0.5, -1.0, 0.0], [900.0, 0.0, 0.0, 0.0]])
    shares = np.exp(logits[0]) / np.exp(logits[0]).sum()
    assert surplus(logits)[0] == pytest.approx(np.log(shares[0] / (1 - shares[0])))
    assert surplus(logits)[1] == pytest.approx(900 - np.log(3))


def test_an_exit_is_sure_from_its_threshold_on():
    found = np.zeros((3, 6), dtype=np.float32)
    found[:, 0] = (0, np.log(3) + 1.01, np.log(3) + 0.99)
    logits = an_exit().logits(found)
    assert logits.argmax(axis=1).tolist() == [0, 0, 0]
    assert an_exit().sure(logits).tolist() == [False, True, False]
    assert not an_exit(np.inf).sure(logits).any()


def test_they_come_back_from_their_file_in_order(tmp_path):
    exits.write(tmp_path / exits.FILE, [an_exit(1.5), an_exit(np.inf)])
    first, second = exits.read(tmp_path / exits.FILE)
    assert (first.threshold, second.threshold) == (1.5, np.inf)
    assert (first.inner == an_exit().inner).all()
