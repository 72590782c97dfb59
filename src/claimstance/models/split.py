"""Cutting the graph of a fused BERT behind encoder layers, so that sentences can leave there."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from claimstance.models.chain import LOGITS

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, ValueInfoProto

_FLOAT = 1  # onnx.TensorProto.FLOAT


def split(source: Path, targets: Sequence[Path], layers: Sequence[int]) -> None:
    """Write a graph in pieces that end behind these layers, counted from one, and at its end.

    Each piece takes what it needs of the states and the mask that the one before it gives; there is
    one target more than layers.

    Raises:
        ValueError: the graph is not that of a fused BERT with more layers than these.
    """
    import onnx

    model = onnx.load(source)
    begin = list(model.graph.input)
    for layer, target in zip(layers, targets[:-1], strict=True):
        end = _behind(model, layer)
        onnx.save(_piece(model, begin, end), target)
        begin = end
    onnx.save(_piece(model, begin, list(model.graph.output)), targets[-1])


def depth(source: Path) -> int:
    """The number of encoder layers of a fused BERT; 0 for any other graph."""
    import onnx

    model = onnx.load(source)
    embedded = [node for node in model.graph.node if node.op_type == "EmbedLayerNormalization"]
    return len(_normalised(model)) // 2 if embedded else 0


def _normalised(model: "ModelProto") -> list[str]:
    """The outputs of the layer normalisations: two a layer, behind attention and at its end."""
    return [node.output[0] for node in model.graph.node if node.op_type == "SkipLayerNormalization"]


def _behind(model: "ModelProto", layer: int) -> list["ValueInfoProto"]:
    """What crosses the border behind a layer: the tokens' states, and each sentence's length."""
    from onnx import TensorProto, helper

    embedding = next(node for node in model.graph.node if "EmbedLayer" in node.op_type)
    width = ["batch", "tokens", "width"]
    states = _normalised(model)[2 * layer - 1]
    return [
        helper.make_tensor_value_info(states, TensorProto.FLOAT, width),
        helper.make_tensor_value_info(embedding.output[1], TensorProto.INT32, ["batch"]),
    ]


def _piece(
    model: "ModelProto", begin: Sequence["ValueInfoProto"], end: Sequence["ValueInfoProto"]
) -> "ModelProto":
    """The part of a graph between its inputs and outputs; what is only passed on is left out."""
    from onnx import helper

    given = {item.name for item in begin}
    ends = [item for item in end if item.name not in given]
    wanted, nodes = {item.name for item in ends}, []
    for node in reversed(model.graph.node):
        if (wanted - given) & set(node.output):
            nodes.append(node)
            wanted |= set(node.input)
    constants = [item for item in model.graph.initializer if item.name in wanted]
    inputs = [item for item in begin if item.name in wanted]
    graph = helper.make_graph(nodes[::-1], "piece", inputs, ends, constants)
    return helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)


def without_states(source: Path, target: Path) -> None:
    """Write the last piece of a fused int8 BERT so that it gives its logits alone.

    The classifier reads the first token: behind the last attention no other is computed.
    """
    import onnx

    model = onnx.load(source)
    first_token_only(model)
    del model.graph.output[:]
    model.graph.output.append(onnx.helper.make_tensor_value_info(LOGITS, _FLOAT, ["batch", None]))
    onnx.save(model, target)


def first_token_only(model: "ModelProto") -> None:
    """Cut the first token out of the last attention's output, and of what is added to it."""
    from onnx import numpy_helper

    nodes = list(model.graph.node)
    attention = [node for node in nodes if node.op_type in ("Attention", "QAttention")][-1]
    behind = nodes[nodes.index(attention) + 1 :]
    projection = next(node for node in behind if attention.output[0] in node.input)
    addition = next(node for node in behind if node.op_type == "SkipLayerNormalization")
    made = {name for node in behind for name in node.output}
    carried = next(name for name in addition.input if name not in made)
    for name, value in (("from", 0), ("to", 1), ("axis", 1)):
        array = np.array([value], dtype=np.int64)
        model.graph.initializer.append(numpy_helper.from_array(array, f"first_{name}"))
    _cut(model.graph.node, projection, attention.output[0])
    _cut(model.graph.node, addition, carried)


def _cut(nodes: Any, user: "NodeProto", tensor: str) -> None:
    """Let one node read a tensor's first token alone."""
    from onnx import helper

    first = f"{tensor}_first"
    inputs = [tensor, "first_from", "first_to", "first_axis"]
    nodes.insert(list(nodes).index(user), helper.make_node("Slice", inputs, [first]))
    user.input[list(user.input).index(tensor)] = first
