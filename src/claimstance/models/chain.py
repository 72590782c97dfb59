"""A graph on disk, whole or in pieces, run over one batch after the other."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from claimstance.models.classifier import Probabilities
from claimstance.models.decoding import TAGS, Tags
from claimstance.models.exits import Exit, features
from claimstance.models.tagger import States, Tagger
from claimstance.records import STANCES

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

LOGITS, STATES = "logits", "states"  # outputs of a graph; the second where spans are to be found
Ids = NDArray[np.int64]
Rows = NDArray[np.intp]
Inputs = Mapping[str, Ids]  # input_ids and attention_mask, (n, tokens)


class Chain:
    """Pieces of a graph, each with what the one before it gave; exits may stand between them.

    `tagger` reads the states that the last piece gives; where no tags are wanted, `plain`, which
    gives no states, runs in its place.
    """

    def __init__(
        self,
        pieces: Sequence[Path],
        exits: Sequence[Exit] = (),
        tagger: Tagger | None = None,
        plain: Path | None = None,
    ) -> None:
        self._pieces = [_session(path) for path in pieces]
        self._plain = [*self._pieces[:-1], _session(plain)] if plain else self._pieces
        self._exits = exits
        self._tagger = tagger

    def __call__(self, inputs: Inputs, tagged: bool = False) -> tuple[Probabilities, Tags | None]:
        """Logits (n, 4), and tags (n, tokens, TAGS) where they are wanted and there is a tagger.

        A sentence that an exit is sure of takes no part in what follows. Where tags are wanted,
        none leaves through an exit that has no tagger.
        """
        mask = inputs["attention_mask"]
        rows, held = np.arange(len(mask)), dict[str, Any](inputs)
        logits = np.zeros((len(mask), len(STANCES)))
        wanted = tagged and self._tagger is not None
        tags = np.zeros((*mask.shape, TAGS), dtype=np.float32) if wanted else None
        for exit_, piece in zip_longest(self._exits, self._pieces if wanted else self._plain):
            output = _run(piece, held)
            if exit_ is None or not np.isfinite(exit_.threshold) or (wanted and not exit_.tagger):
                continue
            found = exit_.logits(features(output, mask[rows]))
            sure = exit_.sure(found)
            logits[rows[sure]] = found[sure]
            _tag(tags, exit_.tagger, rows[sure], output[sure], mask)
            rows = rows[~sure]
            if not len(rows):
                return logits, tags
            held = {name: value[~sure] for name, value in held.items()}
        logits[rows] = output
        _tag(tags, self._tagger, rows, held.get(STATES), mask)
        return logits, tags

    def features(self, inputs: Inputs) -> list[Any]:
        """What exits read, (n, 3 * width) behind each piece but the last; then logits (n, 4)."""
        held, mask = dict[str, Any](inputs), inputs["attention_mask"]
        found = [features(_run(piece, held), mask) for piece in self._pieces[:-1]]
        return [*found, _run(self._pieces[-1], held)]

    def tagged_states(self, inputs: Inputs, border: int) -> tuple[States, Tags]:
        """The tokens' states (n, tokens, width) behind a piece, and the whole model's tags."""
        if self._tagger is None:
            raise ValueError("this model tags no tokens")
        held = dict[str, Any](inputs)
        states = [_run(piece, held) for piece in self._pieces]
        return states[border], self._tagger(held[STATES], inputs["attention_mask"])


def _tag(
    tags: Tags | None, tagger: Tagger | None, rows: Rows, states: States | None, mask: Ids
) -> None:
    """Fill in the tags of these rows."""
    if tags is not None and tagger and states is not None and len(rows):
        tags[rows] = tagger(states, mask[rows])


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
