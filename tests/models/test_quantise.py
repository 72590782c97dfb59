"""Integers in place of numbers: close, without overflow, and only where weights are constant."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import InferenceSession

from claimstance.models.quantise import Observed, choose, quantise

DRAW = np.random.default_rng(0)
WEIGHTS = DRAW.normal(size=(16, 8)).astype(np.float32)
ROWS = DRAW.normal(size=(200, 16)) * np.where(np.arange(16) == 3, 50, 1)  # one channel reaches far
SEEN = Observed(ROWS.min(axis=0), ROWS.max(axis=0), ROWS)


def test_a_scheme_multiplies_nearly_as_before_in_spite_of_an_outlying_channel():
    exact = ROWS @ WEIGHTS
    scheme = choose(WEIGHTS, SEEN)
    error = abs(scheme.multiply(ROWS) - exact).mean()
    assert error < 0.02 * abs(exact).mean()
    one_scale = np.rint(ROWS / abs(ROWS).max() * 127) / 127 * abs(ROWS).max()
    assert error < 0.3 * abs(one_scale @ WEIGHTS - exact).mean()


def test_no_pair_of_products_overflows_sixteen_bits():
    ints = choose(WEIGHTS * 100, SEEN).ints
    assert abs(ints.astype(int)).max() == 63
    assert 2 * 255 * 63 < 2**15


def test_a_channel_that_is_always_zero_does_no_harm():
    rows = ROWS * (np.arange(16) != 5)
    scheme = choose(WEIGHTS, Observed(rows.min(axis=0), rows.max(axis=0), rows))
    assert scheme.multiply(rows) == pytest.approx(rows @ WEIGHTS, rel=0.05, abs=3)


@pytest.fixture
def graph(tmp_path):
    """x times constant weights, and that times itself."""
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["y"]),
        helper.make_node("Transpose", ["y"], ["t"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["y", "t"], ["z"]),
    ]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["a", "b", 16])
    z = helper.make_tensor_value_info("z", TensorProto.FLOAT, ["a", "b", "c"])
    weights = numpy_helper.from_array(WEIGHTS, "w")
    model = helper.make_model(
        helper.make_graph(nodes, "g", [x], [z], [weights]),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=10,
    )
    onnx.save(model, tmp_path / "float.onnx")
    return tmp_path / "float.onnx"


def test_only_products_with_constant_weights_are_quantised(graph, tmp_path):
    rows = ROWS.astype(np.float32)
    target = tmp_path / "int8.onnx"
    quantise(graph, target, [{"x": rows[None, n : n + 4]} for n in range(0, 200, 4)])
    made = onnx.load(target)
    kinds = [node.op_type for node in made.graph.node]
    assert kinds == ["Mul", "QuantizeLinear", "MatMulIntegerToFloat", "Transpose", "MatMul"]
    assert "w" not in {item.name for item in made.graph.initializer}

    exact = (rows @ WEIGHTS) @ (rows @ WEIGHTS).T
    (found,) = InferenceSession(target).run(None, {"x": rows[None]})
    assert abs(found[0] - exact).mean() < 0.02 * abs(exact).mean()
