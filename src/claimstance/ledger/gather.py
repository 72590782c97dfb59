"""Predictions become mentions of claims; what is none is counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from claimstance.errors import PredictionError
from claimstance.ledger.claims import Left, Mention
from claimstance.ledger.words import only_points
from claimstance.records import FoundSpans, Prediction, Stance


@dataclass(frozen=True, slots=True)
class Gathered:
    """Mentions that state their claim, mentions that only point at it, and what was left out."""

    mentions: tuple[Mention, ...]
    unresolved: tuple[Mention, ...]
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
    for row in predictions:
        models[row.model] = None
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
    return Gathered(stated, pointing, Left(**counts), tuple(models))


def _spans(row: Prediction) -> FoundSpans:
    if row.spans is None:
        raise PredictionError(
            f"the predictions of {row.model} have no spans (source, cue, claim), which a ledger "
            "is made of: predict with a transformer, claimstance predict ... --model "
            "models/transformer"
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
