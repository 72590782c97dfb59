"""The types of the ledger: a mention of a claim, a claim with its mentions, all claims."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from claimstance.records import Prediction, Stance

AGAINST = (Stance.DENIED, Stance.DISPUTED)


Place = tuple[str, int, str]  # article, offset and text of a sentence


def sentence_of(row: Prediction) -> Place:
    """What tells a sentence from all others of the predictions."""
    return row.article.id, row.sentence.start, row.sentence.text


@dataclass(frozen=True, slots=True)
class Mention:
    """A sentence that asserts, denies or disputes a claim, and who does so.

    An empty `source` is the article's author. `start` and `end` place `claim` in the article's
    text, `sentence_start` the sentence; they are None where no words of it state the claim.
    """

    source: str
    cue: str
    claim: str
    stance: Stance
    score: float
    article_id: str
    article_title: str
    article_source: str
    article_published: str
    index: int
    start: int | None
    end: int | None
    sentence_start: int
    sentence: str

    @property
    def place(self) -> Place:
        """What `sentence_of` gives for the prediction that it was made of."""
        return self.article_id, self.sentence_start, self.sentence

    @property
    def voice(self) -> str:
        """Who speaks, in lower case; for an author the outlet, or else the article's id."""
        return (self.source or self.article_source or self.article_id).lower()


@dataclass(frozen=True)
class Claim:
    """One claim: all its mentions, and the words of the one that states it most clearly.

    Mentions stand in the order of the predictions. The id depends on the first alone.
    """

    id: str
    text: str
    mentions: tuple[Mention, ...]

    def by(self, *stances: Stance) -> tuple[Mention, ...]:
        """The mentions that take one of these stances."""
        return tuple(mention for mention in self.mentions if mention.stance in stances)

    def voices(self, *stances: Stance) -> int:
        """How many different voices take one of these stances."""
        return len({mention.voice for mention in self.by(*stances)})

    @cached_property
    def contested(self) -> int:
        """The voices on the smaller side: who asserts it, or who denies or disputes it."""
        return min(self.voices(Stance.ASSERTED), self.voices(*AGAINST))

    @cached_property
    def rank(self) -> tuple[int, int, int]:
        """Sorts the most contested last: the smaller side, those against, all mentions."""
        return self.contested, self.voices(*AGAINST), len(self.mentions)

    @cached_property
    def articles(self) -> int:
        """How many articles mention it."""
        return len({mention.article_id for mention in self.mentions})

    @cached_property
    def dates(self) -> tuple[str, str]:
        """When its first and its last article were published, as written there; "" if unknown."""
        dated = sorted(
            (when, mention.article_published)
            for mention in self.mentions
            if (when := _when(mention.article_published))
        )
        return (dated[0][1], dated[-1][1]) if dated else ("", "")


@dataclass(frozen=True, slots=True)
class Left:
    """Sentences that are no mention: counted, so that all that was read is accounted for."""

    no_claim: int = 0
    abstained: int = 0
    repeated: int = 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """All claims, the most contested first.

    `unresolved` mentions only point at what they deny or dispute ("it", "the reports"), so that
    nobody can say from their words which claim that is.
    """

    claims: tuple[Claim, ...]
    unresolved: tuple[Mention, ...]
    left: Left
    threshold: float
    models: tuple[str, ...]


def _when(published: str) -> datetime | None:
    """A date or time of ISO 8601, as UTC where it names no zone; None for anything else."""
    try:
        when = datetime.fromisoformat(published)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
