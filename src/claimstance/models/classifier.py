"""What every model promises."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Probabilities = NDArray[np.float64]
OnEpoch = Callable[[int, Mapping[str, float]], None]  # is told an epoch's number and figures


class Classifier(Protocol):
    """A model that gives each sentence a probability for each stance."""

    @property
    def id(self) -> str:
        """Name and digest, as predictions carry them."""
        ...

    def predict_proba(self, texts: Sequence[str]) -> Probabilities:
        """Probabilities of shape (len(texts), 4) in the order of `STANCES`; rows sum to one."""
        ...


class Trainable(Classifier, Protocol):
    """A classifier that was just trained: it can still be calibrated, and it can be stored."""

    def set_temperature(self, temperature: float) -> None:
        """Divide the logits by a temperature, inside the weights."""
        ...

    def save(self, folder: Path) -> None:
        """Write the model's files into a folder."""
        ...
