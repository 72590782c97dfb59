"""What a run counts: a tally for each shard, added up to the summary of the run."""

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from claimstance.records import Prediction, Stance

SHOWN = 5  # most certain sentences kept for the summary, a stance
SHOWN_STANCES = (Stance.DENIED, Stance.DISPUTED)


@dataclass(frozen=True, slots=True)
class Certain:
    """A sentence that a model is sure of, as far as a person wants to see it."""

    stance: Stance
    score: float
    text: str
    article_id: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted in one shard, and its most certain denied and disputed sentences."""

    articles: int
    counts: Mapping[Stance, int]
    abstained: Mapping[Stance, int]
    certain: tuple[Certain, ...]


@dataclass(slots=True)
class Summary:
    """What a run counted; its size does not grow with the number of shards."""

    articles: int = 0
    unreadable: int = 0
    counts: Counter[Stance] = field(default_factory=Counter)
    abstained: Counter[Stance] = field(default_factory=Counter)
    certain: tuple[Certain, ...] = ()

    def add(self, tally: Tally, unreadable: int = 0) -> None:
        """Count one more shard."""
        self.articles += tally.articles
        self.unreadable += unreadable
        self.counts.update(tally.counts)
        self.abstained.update(tally.abstained)
        self.certain = _surest([*self.certain, *tally.certain])

    def most_certain(self, stance: Stance) -> list[Certain]:
        """At most five denied or disputed sentences, the surest first, of equals the earlier."""
        return [item for item in self.certain if item.stance is stance]


def tally(articles: int, predictions: Sequence[Prediction]) -> Tally:
    """Count the predictions for so many articles."""
    return Tally(
        articles,
        Counter(row.stance for row in predictions),
        Counter(row.stance for row in predictions if row.abstained),
        _surest(
            Certain(row.stance, row.score, row.sentence.text, row.sentence.article_id)
            for row in predictions
            if row.stance in SHOWN_STANCES and not row.abstained
        ),
    )


def _surest(found: Iterable[Certain]) -> tuple[Certain, ...]:
    listed = list(found)
    return tuple(
        item
        for stance in SHOWN_STANCES
        for item in heapq.nlargest(
            SHOWN, (item for item in listed if item.stance is stance), key=attrgetter("score")
        )
    )
