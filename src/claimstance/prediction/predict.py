"""What is computed for the articles of one shard, the same in whichever process it happens."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from claimstance.models.classifier import Classifier
from claimstance.prediction.formats import Format, encode
from claimstance.prediction.shards import Shard
from claimstance.prediction.summary import Tally, tally
from claimstance.reading.sentences import split_sentences
from claimstance.records import STANCES, Article, Prediction, Sentence


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
    sentences = [sentence for article in articles for sentence in split_sentences(article)]
    predictions = classify(sentences, classifier, min_confidence)
    return Computed(encode(predictions, form), tally(len(articles), predictions))


def classify(
    sentences: Sequence[Sentence], classifier: Classifier, min_confidence: float = 0.0
) -> list[Prediction]:
    """The classifier's answer for each sentence, in order; it abstains under `min_confidence`."""
    probabilities = classifier.predict_proba([sentence.text for sentence in sentences])
    answers = []
    for sentence, row in zip(sentences, probabilities.tolist(), strict=True):
        best = max(range(len(STANCES)), key=row.__getitem__)
        values = (row[0], row[1], row[2], row[3])
        unsure = row[best] < min_confidence
        stance = STANCES[best]
        answers.append(Prediction(sentence, stance, row[best], values, classifier.id, unsure))
    return answers
