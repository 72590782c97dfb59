"""From votes to one stance, or to a reason why a person has to look."""

from collections.abc import Sequence
from dataclasses import dataclass

from claimstance.records import Stance, Vote

# Rules of an earlier tier outrank those of a later one; within a tier they must agree.
TIERS: tuple[frozenset[str], ...] = (
    # the whole sentence is no claim, whatever words it holds
    frozenset({"question", "furniture", "command"}),
    # two clauses read together say more than the cue in one of them
    frozenset({"rebuttal", "counterclaim"}),
    # one cue in a deciding clause
    frozenset({"denial", "rejection", "falsity", "correction", "dispute", "unverified"}),
    # a cue that was explained away
    frozenset({"pseudo", "unreal"}),
    # no cue at all
    frozenset({"reporting", "plain"}),
)


SILENCE = "no rule spoke"


@dataclass(frozen=True, slots=True)
class Resolution:
    """The stance that the votes give, or None; `reason` says which rules decided, or why not."""

    stance: Stance | None
    reason: str

    @property
    def is_conflict(self) -> bool:
        """Whether rules spoke and contradicted each other; False too where none spoke."""
        return self.stance is None and self.reason != SILENCE


def resolve(votes: Sequence[Vote]) -> Resolution:
    """Let the highest tier that voted decide; nothing is ever resolved by a majority."""
    heard = [vote for vote in votes if not _silenced(vote, votes)]
    for tier in TIERS:
        ranked = [vote for vote in heard if vote.rule in tier]
        if ranked:
            return _agree(ranked)
    return Resolution(None, SILENCE)


def _silenced(vote: Vote, votes: Sequence[Vote]) -> bool:
    """A longer cue silences one inside it: "would neither confirm nor deny", "denied entry"."""
    return any(
        other.start <= vote.start
        and vote.end <= other.end
        and vote.end - vote.start < other.end - other.start
        for other in votes
    )


def _agree(votes: Sequence[Vote]) -> Resolution:
    stances = dict.fromkeys(vote.stance for vote in votes)
    if len(stances) == 1:
        return Resolution(votes[0].stance, ", ".join(vote.rule for vote in votes))
    sides = " against ".join(f"{vote.rule} ({vote.stance})" for vote in votes)
    return Resolution(None, f"conflict: {sides}")
