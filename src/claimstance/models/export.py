"""From a fine-tuned PyTorch model to a float32 ONNX graph that answers the same."""

import copy
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from claimstance.models.chain import LOGITS, STATES
from claimstance.models.split import first_token_only

if TYPE_CHECKING:
    pass

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
        first_token_only(fused.model)
    onnx.save(fused.model, path)
