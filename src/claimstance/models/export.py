"""From a fine-tuned PyTorch model to a float32 ONNX graph that answers the same."""

import copy
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from claimstance.models.chain import LOGITS, STATES

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

_OPSET = 17


class _Outputs(torch.nn.Module):
    """A model as a function of ids and mask alone."""

    def __init__(self, model: Any, tagged: bool) -> None:
        super().__init__()
        self._model = model
        self._tagged = tagged

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> tuple[torch.Tensor, ...]:
        output = self._model(
            input_ids=input_ids,
            attention_mask=attention_mask,
            output_hidden_states=self._tagged,
        )
        if not self._tagged:
            return (output.logits,)
        return output.logits, output.hidden_states[-1]


def write_graph(model: Any, path: Path, tagged: bool) -> None:
    """Write a sequence classifier as ONNX: ids and mask in, logits out, any batch and length.

    The tokens' last states come out as well where they are to be `tagged`. A BERT's attention, GELU
    and layer normalisation become one operator each; without tags, only the first token, the one
    that the classifier reads, is computed behind its last attention.
    """
    own = copy.deepcopy(model).to("cpu").eval()
    own.set_attn_implementation("eager")  # plain products, which can be told from one another
    _trace(own, path, tagged)
    if own.config.model_type == "bert":
        _fuse(path, own.config, tagged)


def _trace(model: Any, path: Path, tagged: bool) -> None:
    ids = torch.tensor([[1, 2, 3, 2], [2, 3, 1, 1]])
    mask = torch.tensor([[1, 1, 1, 1], [1, 1, 0, 0]])
    sizes = {0: "batch", 1: "tokens"}
    outputs = {LOGITS: {0: "batch"}, STATES: sizes} if tagged else {LOGITS: {0: "batch"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on traced shapes; `Agreement` is what counts
        torch.onnx.export(
            _Outputs(model, tagged).eval(),
            (ids, mask),
            path,
            dynamo=False,
            opset_version=_OPSET,
            input_names=["input_ids", "attention_mask"],
            output_names=list(outputs),
            dynamic_axes={"input_ids": sizes, "attention_mask": sizes, **outputs},
        )


def _fuse(path: Path, config: Any, tagged: bool) -> None:
    import onnx
    from onnxruntime.transformers.optimizer import optimize_model

    fused = optimize_model(
        str(path),
        model_type="bert",
        num_heads=config.num_attention_heads,
        hidden_size=config.hidden_size,
        opt_level=0,
    )
    if not tagged:
        _first_token_only(fused.model)
    onnx.save(fused.model, path)


def _first_token_only(model: "ModelProto") -> None:
    """Cut the first token out of the last attention's output, and of what is added to it."""
    from onnx import numpy_helper

    nodes = model.graph.node
    attention = [node for node in nodes if node.op_type == "Attention"][-1]
    projection = _user(nodes, attention.output[0], "MatMul")
    addition = _user(nodes, projection.output[0], "SkipLayerNormalization")
    for name, value in (("from", 0), ("to", 1), ("axis", 1)):
        array = np.array([value], dtype=np.int64)
        model.graph.initializer.append(numpy_helper.from_array(array, f"first_{name}"))
    _cut(nodes, projection, attention.output[0])
    _cut(nodes, addition, attention.input[0])


def _user(nodes: Sequence["NodeProto"], tensor: str, kind: str) -> "NodeProto":
    return next(node for node in nodes if tensor in node.input and node.op_type == kind)


def _cut(nodes: Any, user: "NodeProto", tensor: str) -> None:
    """Let one node read a tensor's first token alone."""
    from onnx import helper

    first = f"{tensor}_first"
    inputs = [tensor, "first_from", "first_to", "first_axis"]
    nodes.insert(list(nodes).index(user), helper.make_node("Slice", inputs, [first]))
    user.input[list(user.input).index(tensor)] = first
