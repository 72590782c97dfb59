"""Cutting the graph of a fused BERT behind encoder layers, so that sentences can leave there."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnx import ModelProto, ValueInfoProto


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
