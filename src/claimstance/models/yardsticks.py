"""The two yardsticks that stand beside every model: always `asserted`, and the rules alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from claimstance.labelling.lexicon import Lexicon
from claimstance.labelling.rules import vote
from claimstance.labelling.votes import resolve
from claimstance.models.classifier import Probabilities
from claimstance.records import STANCES, Stance


@dataclass(frozen=True, slots=True)
class AlwaysAsserted:
    """Answers `asserted`, whatever the sentence; right nine times in ten on whole articles."""

    id: str = "always-asserted"

    def predict_proba(self, texts: Sequence[str]) -> Probabilities:
        """Certainty of `asserted`, shape (len(texts), 4)."""
        return _certain([Stance.ASSERTED] * len(texts))


@dataclass(frozen=True, slots=True)
class RulesAlone:
    """The labelling rules as a classifier; where they abstain or conflict it is `asserted`."""

    lexicon: Lexicon
    id: str = "rules"

    def predict_proba(self, texts: Sequence[str]) -> Probabilities:
        """Certainty of the resolved stance, shape (len(texts), 4)."""
        resolved = [resolve(vote(text, self.lexicon)).stance for text in texts]
        return _certain([stance or Stance.ASSERTED for stance in resolved])

    def abstains(self, texts: Sequence[str]) -> list[bool]:
        """Whether the rules give no stance, because none votes or two conflict."""
        return [resolve(vote(text, self.lexicon)).stance is None for text in texts]


def _certain(stances: Sequence[Stance]) -> Probabilities:
    return np.eye(len(STANCES))[[stance.id for stance in stances]].reshape(-1, len(STANCES))
