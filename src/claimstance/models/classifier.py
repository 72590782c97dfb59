"""What every model promises."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from claimstance.records import FoundSpans, Span, Stance

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


@dataclass(frozen=True, slots=True)
class Answers:
    """Probabilities (n, 4), and the spans of each sentence with offsets into it; or None each."""

    probabilities: Probabilities
    spans: Sequence[FoundSpans | None]


@runtime_checkable
class SpanFinder(Classifier, Protocol):
    """A classifier that can find source, cue and claim along with the stance."""

    def answer(self, texts: Sequence[str]) -> Answers:
        """Both for each text, from one pass over it."""
        ...


def answer(classifier: Classifier, texts: Sequence[str]) -> Answers:
    """Everything that a classifier has to say; where it finds no claim, there are no spans."""
    if not isinstance(classifier, SpanFinder):
        return Answers(classifier.predict_proba(texts), [None] * len(texts))
    found = classifier.answer(texts)
    best = found.probabilities.argmax(axis=1).tolist()
    sure = found.probabilities[:, Stance.NO_CLAIM.id].tolist()
    spans = [
        FoundSpans(*[Span("", None, None, sure[row])] * 3)
        if own and stance == Stance.NO_CLAIM.id
        else own
        for row, (own, stance) in enumerate(zip(found.spans, best, strict=True))
    ]
    return Answers(found.probabilities, spans)


class StancesAlone:
    """A classifier that is not asked for spans, which some need time for."""

    def __init__(self, classifier: Classifier) -> None:
        self.id = f"{classifier.id}-no-spans"
        self._classifier = classifier

    def predict_proba(self, texts: Sequence[str]) -> Probabilities:
        """Probabilities of shape (len(texts), 4)."""
        return self._classifier.predict_proba(texts)


class Trainable(Classifier, Protocol):
    """A classifier that was just trained: it can still be calibrated, and it can be stored."""

    def set_temperature(self, temperature: float) -> None:
        """Divide the logits by a temperature, inside the weights."""
        ...

    def save(self, folder: Path) -> None:
        """Write the model's files into a folder."""
        ...


def softmax(logits: Probabilities) -> Probabilities:
    """Probabilities of logits (n, 4)."""
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities: Probabilities = odds / odds.sum(axis=1, keepdims=True)
    return probabilities
