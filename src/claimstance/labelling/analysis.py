"""What each labelling rule is worth: a table in the manner of snorkel's LFAnalysis."""

from collections.abc import Sequence
from dataclasses import dataclass

from claimstance.labelling.rules import RULE_NAMES
from claimstance.labelling.votes import Resolution, resolve
from claimstance.records import STANCES, Stance, Vote

COLUMNS = ("rule", "polarity", "coverage", "overlaps", "conflicts", "correct", "wrong", "accuracy")


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule over a set of sentences; the shares are of all sentences.

    `overlaps`: another rule voted too; `conflicts`: another rule voted for another stance.
    `correct` and `incorrect` count sentences with a gold label; `accuracy` is None without any.
    """

    rule: str
    polarity: tuple[Stance, ...]
    coverage: float
    overlaps: float
    conflicts: float
    correct: int
    incorrect: int
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    """The resolved labels of a set of sentences; the three shares add up to one."""

    sentences: int
    coverage: float
    conflicts: float
    abstained: float
    accuracy: float | None


def analyse(votes: Sequence[tuple[Vote, ...]], gold: Sequence[Stance | None]) -> list[RuleRow]:
    """One row for each rule, in the order of RULE_NAMES; a gold label may be None."""
    _check_lengths(votes, gold)
    return [_row(rule, votes, gold) for rule in RULE_NAMES]


def summarise(votes: Sequence[tuple[Vote, ...]], gold: Sequence[Stance | None]) -> Summary:
    """How many sentences the votes resolve, and how often rightly."""
    _check_lengths(votes, gold)
    resolutions = [resolve(cast) for cast in votes]
    resolved = [item for item in resolutions if item.stance is not None]
    clashes = sum(item.is_conflict for item in resolutions)
    return Summary(
        sentences=len(votes),
        coverage=_share(len(resolved), len(votes)),
        conflicts=_share(clashes, len(votes)),
        abstained=_share(len(votes) - len(resolved) - clashes, len(votes)),
        accuracy=_accuracy(resolutions, gold),
    )


def table_rows(rows: Sequence[RuleRow]) -> list[tuple[str, ...]]:
    """The rows as text, under COLUMNS, for `console.table`."""
    return [
        (
            row.rule,
            ", ".join(row.polarity) or "-",
            f"{row.coverage:.3f}",
            f"{row.overlaps:.3f}",
            f"{row.conflicts:.3f}",
            str(row.correct),
            str(row.incorrect),
            _number(row.accuracy),
        )
        for row in rows
    ]


def summary_line(summary: Summary) -> str:
    """The summary as one sentence."""
    return (
        f"on {summary.sentences:,} sentences the rules settle {summary.coverage:.1%} (accuracy on "
        f"gold {_number(summary.accuracy)}), conflict on {summary.conflicts:.1%} and abstain on "
        f"{summary.abstained:.1%}"
    )


def _row(rule: str, votes: Sequence[tuple[Vote, ...]], gold: Sequence[Stance | None]) -> RuleRow:
    overlaps = conflicts = correct = incorrect = spoke = 0
    polarity: set[Stance] = set()
    for cast, truth in zip(votes, gold, strict=True):
        own = next((vote.stance for vote in cast if vote.rule == rule), None)
        if own is None:
            continue
        others = {vote.stance for vote in cast if vote.rule != rule}
        spoke += 1
        polarity.add(own)
        overlaps += bool(others)
        conflicts += bool(others - {own})
        correct += truth == own
        incorrect += truth not in (own, None)
    return RuleRow(
        rule=rule,
        polarity=tuple(stance for stance in STANCES if stance in polarity),
        coverage=_share(spoke, len(votes)),
        overlaps=_share(overlaps, len(votes)),
        conflicts=_share(conflicts, len(votes)),
        correct=correct,
        incorrect=incorrect,
        accuracy=_ratio(correct, correct + incorrect),
    )


def _accuracy(resolutions: Sequence[Resolution], gold: Sequence[Stance | None]) -> float | None:
    pairs = zip(resolutions, gold, strict=True)
    hits = [item.stance == truth for item, truth in pairs if item.stance and truth]
    return _ratio(sum(hits), len(hits))


def _check_lengths(votes: Sequence[object], gold: Sequence[object]) -> None:
    if len(votes) != len(gold):
        raise ValueError(f"{len(votes)} sentences with votes, but {len(gold)} gold labels")


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
