"""What the labelling script tells the person at the terminal."""

from pathlib import Path

from claimstance.console import say, table
from claimstance.labelling.analysis import COLUMNS, analyse, summarise, summary_line, table_rows
from claimstance.labelling.build import Built, label_counts
from claimstance.labelling.splits import WRITTEN_SPLITS
from claimstance.records import LABEL_NAMES, Origin


def show_built(built: Built, out: Path) -> None:
    """The rule report, the splits, and how much was left out for which reason."""
    items, undecided = built.labelled.items, built.labelled.undecided
    votes = [item.votes for item in items] + [item.votes for item in undecided]
    gold = [item.stance if item.origin is Origin.GOLD else None for item in items]
    gold += [None] * len(undecided)
    table("Labelling rules", COLUMNS, table_rows(analyse(votes, gold)))
    say(summary_line(summarise(votes, gold)))
    table("Dataset", ("split", *LABEL_NAMES, "sentences"), _split_rows(built))
    if built.boundaries:
        score = built.boundaries
        say(
            f"sentence boundaries against the gold cuts: F1 {score.f1:.4f} (precision "
            f"{score.precision:.4f}, recall {score.recall:.4f}); "
            f"{sum(len(item.unaligned) for item in built.labelled.alignments)} gold sentences "
            "are cut differently: unaligned.jsonl"
        )
    say(f"{len(undecided)} sentences for a person to decide: review.jsonl")
    say(f"{len(built.duplicates)} left out as near-identical across splits: excluded.jsonl")
    say(f"dataset {built.dataset.digest[:12]} written to {out}")


def _split_rows(built: Built) -> list[list[str]]:
    rows = []
    for split in WRITTEN_SPLITS:
        counts = label_counts(built.dataset.splits[split])
        rows.append([split.value, *map(str, counts.values()), str(sum(counts.values()))])
    return rows
