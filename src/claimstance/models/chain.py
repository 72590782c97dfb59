"""A graph on disk, whole or in pieces, run over one batch after the other."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from claimstance.models.classifier import Probabilities
from claimstance.models.exits import Exit, features
from claimstance.records import STANCES

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Ids = NDArray[np.int64]
Inputs = Mapping[str, Ids]  # input_ids and attention_mask, (n, tokens)


class Chain:
    """Pieces of a graph, each with what the one before it gave; exits may stand between them."""

    def __init__(self, pieces: Sequence[Path], exits: Sequence[Exit] = ()) -> None:
        self._pieces = [_session(path) for path in pieces]
        self._exits = exits

    def __call__(self, inputs: Inputs) -> Probabilities:
        """Logits (n, 4); a sentence that an exit is sure of takes no part in what follows."""
        mask = inputs["attention_mask"]
        rows, held = np.arange(len(mask)), dict(inputs)
        logits = np.zeros((len(mask), len(STANCES)))
        for exit_, piece in zip(self._exits, self._pieces, strict=False):
            states = _run(piece, held)
            if not np.isfinite(exit_.threshold):
                continue
            found = exit_.logits(features(states, mask[rows]))
            sure = exit_.sure(found)
            logits[rows[sure]] = found[sure]
            rows = rows[~sure]
            if not len(rows):
                return logits
            held = {name: value[~sure] for name, value in held.items()}
        for piece in self._pieces[len(self._exits) :]:
            last = _run(piece, held)
        logits[rows] = last
        return logits

    def features(self, inputs: Inputs) -> list[Any]:
        """What exits read, (n, 3 * width) behind each piece but the last; then logits (n, 4)."""
        held: dict[str, Any] = dict(inputs)
        mask = inputs["attention_mask"]
        found = [features(_run(piece, held), mask) for piece in self._pieces[:-1]]
        return [*found, _run(self._pieces[-1], held)]


def _run(piece: "InferenceSession", held: dict[str, Any]) -> Any:
    """A piece's first output; all of them are held for the pieces that follow."""
    names = [item.name for item in piece.get_inputs()]
    outputs = piece.run(None, {name: held[name] for name in names})
    held |= zip((item.name for item in piece.get_outputs()), outputs, strict=True)
    return outputs[0]


def _session(path: Path) -> "InferenceSession":
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors; its warnings speak of graphs, not to users
    return InferenceSession(path, options, providers=["CPUExecutionProvider"])
