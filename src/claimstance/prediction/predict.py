"""Batch prediction: articles in, one row a sentence out, in bounded memory."""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from claimstance.console import progress
from claimstance.errors import ArticleError
from claimstance.models.classifier import Classifier
from claimstance.prediction.writers import Writer
from claimstance.reading.sentences import split_sentences
from claimstance.records import STANCES, Article, Prediction, Sentence, Stance

BATCH = 512  # sentences predicted and written at once
SHOWN = 5  # most certain sentences kept for the summary, a stance


@dataclass(slots=True)
class Summary:
    """What a run counted, and its most certain denied and disputed sentences."""

    articles: int = 0
    counts: Counter[Stance] = field(default_factory=Counter)
    abstained: Counter[Stance] = field(default_factory=Counter)
    _certain: dict[Stance, list[tuple[float, int, Prediction]]] = field(default_factory=dict)

    def add(self, articles: int, predictions: Sequence[Prediction]) -> None:
        """Count a batch; memory does not grow with the number of batches."""
        self.articles += articles
        for prediction in predictions:
            order = -self.counts.total()  # of equally certain sentences the earlier is kept
            self.counts[prediction.stance] += 1
            if prediction.abstained:
                self.abstained[prediction.stance] += 1
                continue
            kept = self._certain.setdefault(prediction.stance, [])
            heapq.heappush(kept, (prediction.score, order, prediction))
            if len(kept) > SHOWN:
                heapq.heappop(kept)

    def most_certain(self, stance: Stance) -> list[Prediction]:
        """At most five sentences of a stance, the most certain first."""
        return [prediction for *_, prediction in sorted(self._certain.get(stance, []))[::-1]]


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


def predict_to(
    articles: Iterable[Article],
    classifier: Classifier,
    writer: Writer,
    total: int | None,
    min_confidence: float = 0.0,
) -> Summary:
    """Predict and write; `total` is the number of articles where it is known."""
    summary = Summary()
    with progress("predicting", total) as bar:
        for count, sentences in _batches(articles):
            predictions = classify(sentences, classifier, min_confidence)
            writer.write(predictions)
            summary.add(count, predictions)
            bar.describe(f"predicting ({summary.counts.total():,} sentences)")
            bar.advance(count)
    return summary


def _batches(articles: Iterable[Article]) -> Iterator[tuple[int, list[Sentence]]]:
    """Whole articles, gathered until there are sentences enough; with how many they are.

    What was gathered before an article that cannot be read is given before the error is raised.
    """
    count, gathered = 0, list[Sentence]()
    try:
        for article in articles:
            count += 1
            gathered += split_sentences(article)
            if len(gathered) >= BATCH:
                yield count, gathered
                count, gathered = 0, []
    except ArticleError:
        if count:
            yield count, gathered
        raise
    if count:
        yield count, gathered
