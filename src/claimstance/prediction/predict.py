"""What is computed for the articles of one shard, the same in whichever process it happens."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from claimstance.models.classifier import Classifier, answer
from claimstance.prediction.formats import Format, encode
from claimstance.prediction.shards import Shard
from claimstance.prediction.summary import Tally, tally
from claimstance.reading.sentences import split_sentences
from claimstance.records import SPAN_NAMES, STANCES, Article, FoundSpans, Prediction, Sentence, Span


@dataclass(frozen=True, slots=True)
class Computed:
    """The rows of a shard as the content of a file, and what was counted in them."""

    content: bytes
    tally: Tally


class Engine(Protocol):
    """Computes shards, wherever that may be."""

    @property
    def model(self) -> str:
        """The name that rows carry."""
        ...

    def compute(
        self, shards: Iterable[Shard], min_confidence: float, form: Format
    ) -> Iterator[tuple[Shard, Computed]]:
        """Each shard with its rows, in order; few shards are held in memory."""
        ...


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """Computes in this process, one shard after another."""

    classifier: Classifier

    @property
    def model(self) -> str:
        """The classifier's name."""
        return self.classifier.id

    def compute(
        self, shards: Iterable[Shard], min_confidence: float, form: Format
    ) -> Iterator[tuple[Shard, Computed]]:
        """Each shard with its rows, in order."""
        for shard in shards:
            yield shard, compute(shard.articles, self.classifier, min_confidence, form)


def compute(
    articles: Sequence[Article], classifier: Classifier, min_confidence: float, form: Format
) -> Computed:
    """The rows of whole articles.

    All sentences go to the classifier at once: what it does with sentences of like length, or
    with the same one twice, stays inside the shard, and depends on nothing outside of it.
    """
    predictions = classify(articles, classifier, min_confidence)
    return Computed(encode(predictions, form), tally(len(articles), predictions))


def classify(
    articles: Sequence[Article], classifier: Classifier, min_confidence: float = 0.0
) -> list[Prediction]:
    """An answer for each sentence of the articles, in order; it abstains under `min_confidence`."""
    places = [(article, each) for article in articles for each in split_sentences(article)]
    answers = answer(classifier, [sentence.text for _, sentence in places])
    rows = zip(places, answers.probabilities.tolist(), answers.spans, strict=True)
    return [
        _prediction(place, values, spans, classifier.id, min_confidence)
        for place, values, spans in rows
    ]


def _prediction(
    place: tuple[Article, Sentence],
    values: Sequence[float],
    spans: FoundSpans | None,
    model: str,
    min_confidence: float,
) -> Prediction:
    article, sentence = place
    best = max(range(len(STANCES)), key=values.__getitem__)
    return Prediction(
        article,
        sentence,
        STANCES[best],
        values[best],
        (values[0], values[1], values[2], values[3]),
        model,
        values[best] < min_confidence,
        spans
        and FoundSpans(*(_moved(getattr(spans, name), sentence.start) for name in SPAN_NAMES)),
    )


def _moved(span: Span, by: int) -> Span:
    """A span of a sentence as one of its article."""
    if span.start is None or span.end is None:
        return span
    return replace(span, start=span.start + by, end=span.end + by)
