"""From a float32 ONNX graph to one that multiplies 8-bit integers, with scales fixed beforehand.

The scales of activations come from calibration sentences, not from the batch at hand, so that an
answer does not depend on which sentences share its batch.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

Array = NDArray[np.float64]
Inputs = Mapping[str, NDArray[np.int64]]

# Weights take seven bits: pairs of products of eight bits each overflow the 16-bit sums of
# processors without VNNI instructions, where the same model would answer otherwise.
_LEVELS, _WEIGHT_LEVELS = 255, 63
_SHARES = (0.5, 0.65, 0.8, 0.95)  # of an outlying channel's difficulty that the weights take over
_SMALLEST = 1e-6
_KEPT = ("num_heads", "mask_filter_value", "unidirectional")
_CONTRIBUTED = "com.microsoft"  # ONNX Runtime's own operators


@dataclass(frozen=True, slots=True)
class Observed:
    """A tensor on the calibration sentences: its channels' extremes, and a token a sentence."""

    low: Array
    high: Array
    rows: Array


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way to quantise a product: inputs are divided by `factors`, then by `scale`.

    `columns` are the scales of the weights `ints`, which are already multiplied by `factors`.
    """

    factors: Array
    scale: float
    zero: int
    ints: NDArray[np.int8]
    columns: Array

    def multiply(self, rows: Array) -> Array:
        """What the quantised product gives for these inputs."""
        inputs = np.rint(rows / self.factors / self.scale) + self.zero
        steps = np.clip(inputs, 0, _LEVELS) - self.zero
        product: Array = (steps * self.scale) @ (self.ints * self.columns)
        return product


def quantise(source: Path, target: Path, calibration: Iterable[Inputs]) -> None:
    """Quantise every product of activations and constant weights; the rest stays float32.

    Channels in which activations reach far are divided by a factor that the weights take over
    (SmoothQuant, Xiao et al., ICML 2023, arXiv:2211.10438); weights have a scale a column. How
    much they take over is chosen for each product by its error on the calibration sentences.
    `calibration` are inputs of one sentence each.
    """
    import onnx
    from onnx import numpy_helper

    model = onnx.load(source)
    weights = {item.name: numpy_helper.to_array(item) for item in model.graph.initializer}
    products = [node for node in model.graph.node if _is_product(node, weights)]
    observed = _observe(model, {node.input[0] for node in products}, calibration)
    for number, node in enumerate(products):
        scheme = choose(weights[node.input[1]], observed[node.input[0]])
        _replace(model, node, *_quantised(f"int8_{number}", node, scheme))
    used = {name for node in model.graph.node for name in node.input}
    kept = [item for item in model.graph.initializer if item.name in used]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    if _CONTRIBUTED not in {item.domain for item in model.opset_import}:
        model.opset_import.append(onnx.helper.make_opsetid(_CONTRIBUTED, 1))
    onnx.save(model, target)


def _is_product(node: "NodeProto", weights: Mapping[str, Any]) -> bool:
    return (
        node.op_type in ("MatMul", "Attention")
        and node.input[0] not in weights
        and node.input[1] in weights
        and weights[node.input[1]].ndim == 2
    )


def _observe(
    model: "ModelProto", tensors: set[str], calibration: Iterable[Inputs]
) -> dict[str, Observed]:
    """Run the model with these tensors as outputs."""
    from onnx import ModelProto, TensorProto, helper
    from onnxruntime import InferenceSession

    open_model = ModelProto()
    open_model.CopyFrom(model)
    names = sorted(tensors)
    for name in names:
        output = helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
        open_model.graph.output.append(output)
    session = InferenceSession(open_model.SerializeToString(), providers=["CPUExecutionProvider"])
    seen: dict[str, list[Array]] = {name: [] for name in names}  # low, high and a token a sentence
    for number, inputs in enumerate(calibration):
        for name, values in zip(names, session.run(names, dict(inputs)), strict=True):
            rows = values.reshape(-1, values.shape[-1])
            token = rows[number % len(rows)]
            seen[name].append(np.stack([rows.min(axis=0), rows.max(axis=0), token]))
    stacked = {name: np.stack(found).astype(np.float64) for name, found in seen.items()}
    return {
        name: Observed(found[:, 0].min(axis=0), found[:, 1].max(axis=0), found[:, 2])
        for name, found in stacked.items()
    }


def choose(weights: NDArray[np.float32], observed: Observed) -> Scheme:
    """The scheme whose product comes closest to the exact one."""
    exact = observed.rows @ weights
    schemes = [_scheme(weights.astype(np.float64), observed, share) for share in _SHARES]
    return min(schemes, key=lambda scheme: ((scheme.multiply(observed.rows) - exact) ** 2).sum())


def _scheme(weights: Array, observed: Observed, share: float) -> Scheme:
    reach = np.maximum(np.maximum(-observed.low, observed.high), _SMALLEST)
    weight_reach = np.maximum(np.abs(weights).max(axis=1), _SMALLEST)
    factors = reach**share / weight_reach ** (1 - share)
    low = min(float((observed.low / factors).min()), 0.0)
    high = max(float((observed.high / factors).max()), _SMALLEST)
    scale = (high - low) / _LEVELS
    smoothed = weights * factors[:, None]
    columns = np.maximum(np.abs(smoothed).max(axis=0), _SMALLEST) / _WEIGHT_LEVELS
    ints = np.rint(smoothed / columns).astype(np.int8)
    return Scheme(factors, scale, round(-low / scale), ints, columns)


def _quantised(
    prefix: str, node: "NodeProto", scheme: Scheme
) -> tuple[list["NodeProto"], dict[str, NDArray[Any]]]:
    """The nodes that take a product's place, and their constants by name."""
    from onnx import helper

    constants: dict[str, NDArray[Any]] = {
        "shrink": (1 / scheme.factors).astype(np.float32),
        "scale": np.array(scheme.scale, dtype=np.float32),
        "zero": np.array(scheme.zero, dtype=np.uint8),
        "weights": scheme.ints,
        "columns": scheme.columns.astype(np.float32),
        "zeros": np.zeros(len(scheme.columns), dtype=np.int8),
    }
    name = {key: f"{prefix}_{key}" for key in (*constants, "even", "ints")}
    scales, zeros = [name["scale"], name["columns"]], [name["zero"], name["zeros"]]
    inputs, kind = [name["ints"], name["weights"], *scales, *zeros], "MatMulIntegerToFloat"
    if node.op_type == "Attention":
        bias, mask = node.input[2], node.input[3]
        inputs, kind = [name["ints"], name["weights"], bias, *scales, mask, *zeros], "QAttention"
    product = helper.make_node(kind, inputs, [node.output[0]], domain=_CONTRIBUTED)
    product.attribute.extend(item for item in node.attribute if item.name in _KEPT)
    nodes = [
        helper.make_node("Mul", [node.input[0], name["shrink"]], [name["even"]]),
        helper.make_node("QuantizeLinear", [name["even"], scales[0], zeros[0]], [name["ints"]]),
        product,
    ]
    return nodes, {name[key]: value for key, value in constants.items()}


def _replace(
    model: "ModelProto",
    node: "NodeProto",
    nodes: Sequence["NodeProto"],
    constants: Mapping[str, NDArray[Any]],
) -> None:
    from onnx import numpy_helper

    place = list(model.graph.node).index(node)
    model.graph.node.remove(node)
    for new in reversed(nodes):
        model.graph.node.insert(place, new)
    arrays = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    model.graph.initializer.extend(arrays)
