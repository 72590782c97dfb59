"""From predictions to the ledger: gathered, grouped, the most contested first."""

import hashlib
from collections.abc import Iterable

from claimstance.console import waiting
from claimstance.errors import PredictionError
from claimstance.ledger.claims import Claim, Ledger, Mention
from claimstance.ledger.gather import gather
from claimstance.ledger.grouping import Embed, grouped
from claimstance.records import Prediction

THRESHOLD = 0.48  # chosen on data/claims/choose.jsonl by benchmarks/ledger.py
LOWEST = 0.3  # under it nearly everything is alike, and the pairs fill the memory


def build(
    predictions: Iterable[Prediction], threshold: float | None = None, embed: Embed | None = None
) -> Ledger:
    """Group the same claim across sentences and articles; the same input gives the same ledger.

    `threshold`, from `LOWEST` to 1, says how alike the mentions of a claim have to be; None is
    `THRESHOLD`. `embed` gives the vectors of claims in their sentences; without it the packaged
    base model does.

    Raises:
        PredictionError: there are no predictions, their model finds no spans, or `threshold` is
            out of range.
        ModelError: the base model is missing or damaged.
    """
    threshold = THRESHOLD if threshold is None else threshold
    if not LOWEST <= threshold <= 1:
        raise PredictionError(f"threshold {threshold:g}: give a number from {LOWEST} to 1")
    gathered = gather(predictions)
    mentions = gathered.mentions
    groups = grouped(mentions, gathered.names, threshold, embed or base_model())
    claims = [
        _claim([mentions[position] for position in positions], mentions[clearest].claim)
        for positions, clearest in groups
    ]
    claims.sort(key=lambda claim: claim.rank, reverse=True)  # stable: of equals the earlier first
    return Ledger(tuple(claims), gathered.unresolved, gathered.left, threshold, gathered.models)


def base_model() -> Embed:
    """The packaged base model, which reads a claim in its sentence."""
    with waiting("loading the base model"):
        from claimstance.models.embedding import Embedder

        return Embedder()


def _claim(mentions: list[Mention], text: str) -> Claim:
    first = mentions[0]
    place = f"{first.article_id}\n{first.start}\n{first.claim}"
    return Claim(hashlib.sha256(place.encode()).hexdigest()[:12], text, tuple(mentions))
