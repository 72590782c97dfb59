"""How well the ledger groups claims, threshold by threshold, on annotated articles.

    python benchmarks/ledger.py

Gold stances and spans of the articles in data/claims, each half as one ledger; claims that only
point at another are left to the rule that finds them, whose own figures stand in the last line.
"""

import json
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from claimstance.console import say, table
from claimstance.evaluation.tables import figure
from claimstance.ledger import THRESHOLD
from claimstance.ledger.assemble import base_model
from claimstance.ledger.claims import Mention
from claimstance.ledger.gather import Gathered, gather
from claimstance.ledger.gold import as_predictions
from claimstance.ledger.grouping import Done, Embed, Piece, grouped
from claimstance.ledger.scores import Agreement, b_cubed, pairwise
from claimstance.reading.gold import GoldArticle, read_gold

HALVES = ("choose", "report")
THRESHOLDS = (*(step / 100 for step in range(40, 62, 2)), 1.0)  # at 1 nearly every claim is alone

Numbers = dict[tuple[str, int], int]


def main(
    data: Annotated[Path, typer.Option(help="The folder with authored/ and claims/.")] = Path(
        "data"
    ),
) -> None:
    """Show pairwise and B-cubed figures of both halves."""
    files = sorted((data / "authored").glob("*.jsonl"))
    articles = {found.article.id: found for path in files for found in read_gold(path)}
    embed = _remembering(base_model())
    for half in HALVES:
        numbers = _numbers(data / "claims" / f"{half}.jsonl")
        chosen = [articles[name] for name in dict.fromkeys(article for article, _ in numbers)]
        _measure(half, chosen, numbers, embed)


def _measure(half: str, articles: list[GoldArticle], numbers: Numbers, embed: Embed) -> None:
    gathered = gather(as_predictions(articles))
    gold = [_name(mention, numbers) for mention in gathered.mentions]
    rows = []
    for threshold in THRESHOLDS:
        found = _found(gathered, threshold, embed)
        pairs, items = pairwise(gold, found), b_cubed(gold, found)
        mark = " *" if threshold == THRESHOLD else ""
        figures = (pairs.precision, pairs.recall, pairs.f1, items.precision, items.recall, items.f1)
        rows.append([f"{threshold:.2f}{mark}", *map(figure, figures)])
    columns = ("threshold", "pairs: precision", "recall", "F1", "B-cubed: precision", "recall")
    table(f"{half}: {len(gold)} claims of {len(articles)} articles", (*columns, "F1"), rows)
    rule = _pointing(gathered, numbers)
    say(f"only point: precision {figure(rule.precision)}, recall {figure(rule.recall)}")


def _numbers(path: Path) -> Numbers:
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {
        (row["article"], index): number
        for row in rows
        for index, number in enumerate(row["claims"])
        if number is not None
    }


def _name(mention: Mention, numbers: Numbers) -> Hashable:
    """The annotated claim; a mention that only points at one is a claim of its own."""
    place = (mention.article_id, mention.index)
    return (mention.article_id, numbers[place]) if numbers[place] else (*place, "points")


def _found(gathered: Gathered, threshold: float, embed: Embed) -> list[int]:
    names = [0] * len(gathered.mentions)
    groups = grouped(gathered.mentions, gathered.names, threshold, embed)
    for number, (positions, _) in enumerate(groups):
        for position in positions:
            names[position] = number
    return names


def _pointing(gathered: Gathered, numbers: Numbers) -> Agreement:
    ruled = {(mention.article_id, mention.index) for mention in gathered.unresolved}
    ruled &= numbers.keys()
    gold = {place for place, number in numbers.items() if number == 0}
    right = len(ruled & gold)
    return Agreement(right / len(ruled), right / len(gold))


def _remembering(embed: Embed) -> Embed:
    """The same vectors, computed once."""
    known: dict[Piece, np.ndarray] = {}

    def remembered(pieces: Sequence[Piece], done: Done) -> np.ndarray:
        new = [piece for piece in pieces if piece not in known]
        if new:
            known.update(zip(new, embed(new, done), strict=True))
        return np.array([known[piece] for piece in pieces])

    return remembered


if __name__ == "__main__":
    typer.run(main)
