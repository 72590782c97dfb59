"""The types that travel between modules; dicts and data frames stay at the edges."""

from dataclasses import dataclass, field
from enum import StrEnum


class Stance(StrEnum):
    """What a sentence does with the claim it carries. The order is the label id, for ever."""

    ASSERTED = "asserted"
    DENIED = "denied"
    DISPUTED = "disputed"
    NO_CLAIM = "no_claim"

    @property
    def id(self) -> int:
        """The label id: the position in `STANCES`."""
        return STANCES.index(self)


STANCES: tuple[Stance, ...] = tuple(Stance)
LABEL_NAMES: tuple[str, ...] = tuple(stance.value for stance in STANCES)
CLAIM_STANCES: tuple[Stance, ...] = (Stance.ASSERTED, Stance.DENIED, Stance.DISPUTED)


class Origin(StrEnum):
    """Who gave a label."""

    GOLD = "gold"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Article:
    """A text with what is known of it. Offsets everywhere are code points into `text`."""

    id: str
    text: str
    title: str = ""
    source: str = ""
    url: str = ""
    published: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An article, or the rest of a file, that could not be read; `place` is a file and line."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an article; `article.text[start:end] == text`, to the letter.

    `paragraph` counts the article's paragraphs, from 0.
    """

    article_id: str
    index: int
    start: int
    end: int
    text: str
    paragraph: int = 0


@dataclass(frozen=True, slots=True)
class Vote:
    """One rule's opinion on one sentence, with the piece of it that made the rule speak.

    `start` and `end` are code points into the sentence's text, end-exclusive.
    """

    rule: str
    stance: Stance
    start: int
    end: int


SPAN_NAMES = ("source", "cue", "claim")


@dataclass(frozen=True, slots=True)
class Spans:
    """Source, cue and claim of a sentence, copied to the letter; each may be empty."""

    source: str = ""
    cue: str = ""
    claim: str = ""


@dataclass(frozen=True, slots=True)
class LabelledSentence:
    """A sentence with its stance, who gave it, and every vote that was cast.

    `group` is true for a group of contrasting sentences rather than a running article.
    """

    sentence: Sentence
    stance: Stance
    origin: Origin
    votes: tuple[Vote, ...] = ()
    spans: Spans = field(default_factory=Spans)
    domain: str = ""
    group: bool = False

    @property
    def annotated(self) -> Spans | None:
        """The spans; None where nobody annotated them: a claim that no span marks."""
        marked = self.spans.source or self.spans.cue or self.spans.claim
        return self.spans if marked or self.stance is Stance.NO_CLAIM else None


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of an article, or the finding that there is none: then the text is empty.

    `start` and `end` are code points into the text that was read, None for no piece; `confidence`,
    from 0 to 1, is that of the finding.
    """

    text: str
    start: int | None
    end: int | None
    confidence: float


@dataclass(frozen=True, slots=True)
class FoundSpans:
    """What a model found of a sentence: who speaks, the words that show the stance, the claim.

    The source is empty where it is the article's author, the cue where the author plainly asserts.
    """

    source: Span
    cue: Span
    claim: Span


@dataclass(frozen=True, slots=True)
class Prediction:
    """A classifier's answer for one sentence of an article.

    `probabilities` has one value a stance, in the order of `STANCES`, and sums to one;
    `score` is the probability of `stance`; `model` names the model that answered. `abstained` is
    true where the score is under the confidence that was asked for: do not act on the stance.
    `spans` is None where the model finds none, with offsets into the article elsewhere.
    """

    article: Article
    sentence: Sentence
    stance: Stance
    score: float
    probabilities: tuple[float, float, float, float]
    model: str
    abstained: bool = False
    spans: FoundSpans | None = None
