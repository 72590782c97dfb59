"""Early exits: behind its first layers the encoder already knows most plain assertions.

An exit reads the states of a sentence's tokens behind one layer and answers `asserted` where it is
sure; the other sentences go on to the next layers. Nothing here imports PyTorch.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from claimstance.models.classifier import Probabilities
from claimstance.models.tagger import Mask, States, Tagger, arrays, from_arrays
from claimstance.records import Stance

FILE = "exits.npz"
LAYERS = (1, 2, 3, 4)  # encoder layers that may have an exit behind them; later ones save little
TAGGED_FROM = 3  # layer; before, tokens do not know well enough what they are part of


def features(states: States, mask: Mask) -> States:
    """First token, mean and maximum of the tokens: (n, tokens, width) to (n, 3 * width)."""
    real = mask[:, :, None].astype(np.float32)
    mean = (states * real).sum(axis=1) / real.sum(axis=1)
    highest = np.where(real > 0, states, -np.inf).max(axis=1)
    joined: States = np.concatenate([states[:, 0], mean, highest], axis=1)
    return joined


def surplus(logits: Probabilities) -> Probabilities:
    """Log-odds of `asserted` against all other stances together, of logits (n, 4)."""
    others = np.delete(logits, Stance.ASSERTED.id, axis=1)
    top = others.max(axis=1)
    together = top + np.log(np.exp(others - top[:, None]).sum(axis=1))
    odds: Probabilities = logits[:, Stance.ASSERTED.id] - together
    return odds


@dataclass(frozen=True, slots=True)
class Exit:
    """Two linear layers with a rectifier between them, and how sure they have to be.

    `inner` is (features, hidden), `outer` (hidden, 4); `threshold` is in log-odds. `tagger` tags
    the tokens of what leaves here; None where nothing may leave that is to be tagged.
    """

    inner: States
    inner_bias: States
    outer: States
    outer_bias: States
    threshold: float
    tagger: Tagger | None = None

    def logits(self, found: States) -> Probabilities:
        """Logits (n, 4) of features (n, 3 * width)."""
        hidden = np.maximum(found @ self.inner + self.inner_bias, 0)
        logits: Probabilities = (hidden @ self.outer + self.outer_bias).astype(np.float64)
        return logits

    def sure(self, logits: Probabilities) -> NDArray[np.bool_]:
        """Which rows it answers, as asserted."""
        enough: NDArray[np.bool_] = surplus(logits) >= self.threshold
        return enough


_ARRAYS = [field.name for field in fields(Exit) if field.name != "tagger"]


def write(path: Path, exits: Sequence[Exit]) -> None:
    """Keep exits in one file, in the order of their layers."""
    stored: dict[str, Any] = {}
    for number, found in enumerate(exits):
        stored |= {f"{number}_{name}": getattr(found, name) for name in _ARRAYS}
        if found.tagger:
            stored |= {f"{number}_tagger_{name}": array for name, array in arrays(found.tagger)}
    np.savez(path, allow_pickle=False, count=len(exits), **stored)


def read(path: Path) -> list[Exit]:
    """What `write` kept."""
    with np.load(path) as stored:
        return [
            Exit(
                tagger=from_arrays(stored, f"{number}_tagger_"),
                **{name: stored[f"{number}_{name}"] for name in _ARRAYS},
            )
            for number in range(int(stored["count"]))
        ]
