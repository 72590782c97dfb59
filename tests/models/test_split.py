"""Pieces of a graph, one after the other, are the graph."""

import numpy as np
import pytest

from claimstance.models.chain import Chain
from claimstance.models.onnx_engine import FLOAT32, INT8, PLAIN
from claimstance.models.split import depth, split


@pytest.fixture
def inputs():
    draw = np.random.default_rng(0)
    mask = np.array([[1] * 7, [1] * 4 + [0] * 3])
    return {"input_ids": draw.integers(1, 20, (2, 7)) * mask, "attention_mask": mask}


def test_pieces_answer_as_the_whole_does(tiny_engine, inputs, tmp_path):
    whole = tiny_engine / FLOAT32
    assert depth(whole) == 2
    pieces = [tmp_path / "a.onnx", tmp_path / "b.onnx"]
    split(whole, pieces, [1])
    (found, states), (expected, wanted) = Chain(pieces)(inputs), Chain([whole])(inputs)
    assert found == pytest.approx(expected, abs=1e-5)
    assert states == pytest.approx(wanted, abs=1e-5)
    assert sum(path.stat().st_size for path in pieces) < 1.1 * whole.stat().st_size
    found, logits = Chain(pieces).features(inputs)
    assert found.shape == (2, 3 * 32)
    assert (logits == Chain(pieces)(inputs)[0]).all()


def test_without_layers_to_cut_behind_it_stays_whole(tiny_engine, inputs, tmp_path):
    split(tiny_engine / FLOAT32, [tmp_path / "a.onnx"], [])
    whole = Chain([tiny_engine / FLOAT32])
    assert (Chain([tmp_path / "a.onnx"])(inputs)[0] == whole(inputs)[0]).all()
    assert len(whole.features(inputs)) == 1  # the logits alone


def test_without_tags_the_last_piece_computes_the_first_token_alone(tiny_engine, inputs):
    pieces = [tiny_engine / INT8, tiny_engine / "model-int8-1.onnx"]
    whole = Chain(pieces)
    plain = Chain([pieces[0], tiny_engine / PLAIN])
    assert plain(inputs)[0] == pytest.approx(whole(inputs)[0], abs=1e-5)
    assert plain.features(inputs)[1].shape == (2, 4)
    assert (tiny_engine / PLAIN).stat().st_size < 1.2 * pieces[1].stat().st_size
