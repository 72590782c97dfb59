"""Predictions become mentions of claims; what is none is counted."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from claimstance.console import progress
from claimstance.errors import PredictionError
from claimstance.ledger.claims import Left, Mention
from claimstance.ledger.words import names, only_points
from claimstance.records import FoundSpans, Prediction, Stance


@dataclass(frozen=True, slots=True)
class Gathered:
    """Mentions that state their claim, mentions that only point at it, and what was left out.

    `names` are those in all sentences of an article that were read, by its id.
    """

    mentions: tuple[Mention, ...]
    unresolved: tuple[Mention, ...]
    names: Mapping[str, frozenset[str]]
    left: Left
    models: tuple[str, ...]


def gather(predictions: Iterable[Prediction]) -> Gathered:
    """Read all predictions, in their order.

    A sentence that is no claim, whose answer is not sure enough, or that was read before (the
    same place of an article with the same id) is left out and counted.

    Raises:
        PredictionError: there are none, or their model finds no spans.
    """
    counts: Counter[str] = Counter()
    mentions: dict[tuple[str, int, str], Mention] = {}
    models: dict[str, None] = {}
    named: dict[str, set[str]] = {}
    for row in _watched(predictions):
        models[row.model] = None
        named.setdefault(row.article.id, set()).update(names(row.sentence.text))
        reason = "no_claim" if row.stance is Stance.NO_CLAIM else "abstained" * row.abstained
        key = (row.article.id, row.sentence.start, row.sentence.text)
        reason = reason or "repeated" * (key in mentions)
        if reason:
            counts[reason] += 1
        else:
            mentions[key] = _mention(row, _spans(row))
    if not models:
        raise PredictionError("no predictions in the input: claimstance predict ARTICLES --out ...")
    stated = tuple(mention for mention in mentions.values() if not only_points(mention.claim))
    pointing = tuple(mention for mention in mentions.values() if only_points(mention.claim))
    known = {article: frozenset(found) for article, found in named.items()}
    return Gathered(stated, pointing, known, Left(**counts), tuple(models))


def _watched(predictions: Iterable[Prediction]) -> Iterator[Prediction]:
    with progress("reading predictions", None) as bar:
        for row in predictions:
            yield row
            bar.advance()


def _spans(row: Prediction) -> FoundSpans:
    if row.spans is None:
        raise PredictionError(
            f"the predictions of {row.model} have no spans (source, cue, claim), which a ledger "
            "is made of: predict with a transformer that finds them (--model models/transformer), "
            "without --no-spans"
        )
    return row.spans


def _mention(row: Prediction, spans: FoundSpans) -> Mention:
    return Mention(
        source=spans.source.text,
        cue=spans.cue.text,
        claim=spans.claim.text,
        stance=row.stance,
        score=row.score,
        article_id=row.article.id,
        article_title=row.article.title,
        article_source=row.article.source,
        article_published=row.article.published,
        index=row.sentence.index,
        start=spans.claim.start,
        end=spans.claim.end,
        sentence_start=row.sentence.start,
        sentence=row.sentence.text,
    )
