"""Gold articles as predictions, to build and to measure ledgers without a model's mistakes."""

from collections.abc import Iterable, Iterator

from claimstance.reading.gold import GoldArticle
from claimstance.records import STANCES, FoundSpans, LabelledSentence, Prediction, Span


def as_predictions(articles: Iterable[GoldArticle]) -> Iterator[Prediction]:
    """A prediction for each sentence: its gold stance with probability one, its gold spans."""
    for found in articles:
        for item in found.sentences:
            one, two, three, four = (float(stance is item.stance) for stance in STANCES)
            probabilities = (one, two, three, four)
            yield Prediction(
                found.article,
                item.sentence,
                item.stance,
                1.0,
                probabilities,
                "gold",
                spans=_spans(item),
            )


def _spans(item: LabelledSentence) -> FoundSpans:
    spans = item.spans
    return FoundSpans(*(_span(item, text) for text in (spans.source, spans.cue, spans.claim)))


def _span(item: LabelledSentence, text: str) -> Span:
    """Gold spans have no offsets; of several places in the sentence the first is taken."""
    if not text:
        return Span("", None, None, 1.0)
    start = item.sentence.start + item.sentence.text.index(text)
    return Span(text, start, start + len(text), 1.0)
