"""The second head of the transformer: what each token is part of. Nothing here imports PyTorch."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from claimstance.models.decoding import Tags

FILE = "tagger.npz"

States = NDArray[np.float32]
Mask = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tagger:
    """Reads the tokens' states behind an encoder layer.

    Two linear layers with a rectifier between them. The first takes a token with its neighbours,
    `near` (3 * width, hidden) for itself, the one before and the one after, and the whole
    sentence, `far` (2 * width, hidden) for the first token and the mean of all. The second is
    `outer` (hidden, TAGS).
    """

    near: States
    far: States
    bias: States
    outer: States
    outer_bias: States

    def __call__(self, states: States, mask: Mask) -> Tags:
        """The tags' probabilities (n, tokens, TAGS) of states (n, tokens, width)."""
        real = mask[:, :, None].astype(np.float32)
        states = states * real
        own, before, after = np.split(states @ np.hstack(np.split(self.near, 3)), 3, axis=2)
        whole = np.hstack([states[:, 0], states.sum(axis=1) / real.sum(axis=1)])
        hidden = own + (whole @ self.far + self.bias)[:, None]
        hidden[:, 1:] += before[:, :-1]
        hidden[:, :-1] += after[:, 1:]
        logits = np.maximum(hidden, 0, out=hidden) @ self.outer + self.outer_bias
        odds = np.exp(logits - logits.max(axis=2, keepdims=True))
        probabilities: Tags = odds / odds.sum(axis=2, keepdims=True)
        return probabilities


def write(path: Path, tagger: Tagger) -> None:
    """Keep it in a file."""
    np.savez(path, allow_pickle=False, **dict(arrays(tagger)))


def read(path: Path) -> Tagger | None:
    """What `write` kept; None where there is no such file."""
    if not path.is_file():
        return None
    with np.load(path) as stored:
        return from_arrays(stored)


def arrays(tagger: Tagger) -> Iterator[tuple[str, Any]]:
    """Its parts by name."""
    return ((field.name, getattr(tagger, field.name)) for field in fields(Tagger))


def from_arrays(stored: Mapping[str, Any], prefix: str = "") -> Tagger | None:
    """A tagger of stored parts; None where there are none of that prefix."""
    names = [f"{prefix}{field.name}" for field in fields(Tagger)]
    return Tagger(*(stored[name] for name in names)) if names[0] in stored else None
