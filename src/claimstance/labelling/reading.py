"""A sentence as the rules see it: its cues, and which clause each of them stands in."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from claimstance.labelling.lexicon import Cue, Lexicon, Section
from claimstance.labelling.phrases import fold


class Clause(StrEnum):
    """What a piece of a sentence is to the whole."""

    MAIN = "main"
    CONTRAST = "contrast"
    CONCESSION = "concession"
    RELATIVE = "relative"


@dataclass(frozen=True, slots=True)
class Piece:
    """A clause and its code points, end-exclusive."""

    clause: Clause
    start: int
    end: int


SUBORDINATE = (Clause.CONCESSION, Clause.RELATIVE)
_OPENERS = {
    Section.CONTRAST: Clause.CONTRAST,
    Section.CONCESSION: Clause.CONCESSION,
    Section.RELATIVE: Clause.RELATIVE,
}


@dataclass(frozen=True)
class Reading:
    """One sentence and its lexicon; cues and clauses are looked up when a rule asks."""

    text: str
    lexicon: Lexicon

    @cached_property
    def folded(self) -> str:
        """The text in lower case, with the same offsets."""
        return fold(self.text)

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The clauses, left to right, without a gap."""
        return tuple(_pieces(self))

    @cached_property
    def _found(self) -> dict[Section, tuple[Cue, ...]]:
        return {}

    def cues(self, section: Section) -> tuple[Cue, ...]:
        """All cues of a section, left to right."""
        if section not in self._found:
            self._found[section] = self.lexicon.find(section, self.folded)
        return self._found[section]

    def clause_of(self, cue: Cue) -> Piece:
        """The clause that a cue begins in."""
        return next(piece for piece in self.pieces if cue.start < piece.end)

    def deciding(self, section: Section) -> Iterator[Cue]:
        """The cues that may decide the stance: none of a subordinate clause, none silenced."""
        for cue in self.cues(section):
            if self.clause_of(cue).clause not in SUBORDINATE and not self.silenced(cue):
                yield cue

    def silenced(self, cue: Cue) -> bool:
        """Whether the cue only looks like one, or speaks of what has not happened."""
        return self.is_lookalike(cue) or self.is_unreal(cue)

    def is_lookalike(self, cue: Cue) -> bool:
        """Whether the cue shares words with a pseudo cue or a homonym."""
        lookalikes = (*self.cues(Section.PSEUDO), *self.cues(Section.HOMONYM))
        return any(_overlap(other, cue) for other in lookalikes)

    def is_unreal(self, cue: Cue) -> bool:
        """Whether words before the cue make it future, conditional or merely wished for."""
        if cue.section is Section.OPEN:  # "could not be verified" is real
            return False
        return self._before(Section.UNREAL, cue, 0) or self._before(Section.CONDITIONAL, cue, 4)

    def _before(self, section: Section, cue: Cue, words: int) -> bool:
        """Whether a cue of the section ends within so many words to the left, without a comma."""
        for other in self.cues(section):
            between = self.folded[other.end : cue.start]
            if other.start < cue.start and "," not in between and len(between.split()) <= words:
                return True
        return False

    def after(self, section: Section, cue: Cue, words: int) -> Cue | None:
        """The first cue of a section within so many words to the right, in the same clause."""
        end = self.clause_of(cue).end
        for other in self.cues(section):
            between = self.folded[cue.end : other.start]
            if cue.end <= other.start < end and len(between.split()) <= words:
                return other
        return None


def _overlap(one: Cue, other: Cue) -> bool:
    return one.start < other.end and other.start < one.end


def _pieces(reading: Reading) -> Iterator[Piece]:
    """Cut at every boundary word; a subordinate clause also ends at its first comma."""
    start, clause = 0, Clause.MAIN
    for cue, opens in [*_boundaries(reading), (None, Clause.MAIN)]:
        end = cue.start if cue else len(reading.text) + 1
        if end > start and clause in SUBORDINATE:
            comma = reading.folded.find(",", start + 1, end)
            if comma > 0:
                yield Piece(clause, start, comma)
                start, clause = comma, Clause.MAIN
        if end > start:
            yield Piece(clause, start, end)
            start = end
        clause = opens


def _boundaries(reading: Reading) -> list[tuple[Cue, Clause]]:
    found = [(cue, clause) for section, clause in _OPENERS.items() for cue in reading.cues(section)]
    found.sort(key=lambda pair: (pair[0].start, -pair[0].end))
    kept: list[tuple[Cue, Clause]] = []
    for cue, clause in found:
        if not kept or cue.start >= kept[-1][0].end:
            kept.append((cue, clause))
    return kept
