"""How well a cut into sentences meets the gold one: which gold sentences it finds, which not."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from claimstance.reading.gold import GoldArticle
from claimstance.records import LabelledSentence, Sentence


@dataclass(frozen=True, slots=True)
class Unaligned:
    """A gold sentence that was not cut exactly, with the cut sentences that overlap it."""

    gold: LabelledSentence
    overlapping: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Alignment:
    """One article's boundaries: of the gold, of the cut, and of both at the same offset.

    A boundary is the end of a sentence, except at the end of the text, where every cut has one.
    Where the gold labels only parts of an article, cuts outside those parts are not counted.
    """

    gold: int
    cut: int
    matched: int
    unaligned: tuple[Unaligned, ...]


@dataclass(frozen=True, slots=True)
class BoundaryScore:
    """Precision, recall and their harmonic mean over the boundaries of many articles."""

    precision: float
    recall: float
    f1: float
    gold: int
    cut: int
    matched: int


def align(gold: GoldArticle, cut: Sequence[Sentence]) -> Alignment:
    """Compare the gold sentences of an article with a cut of the same text (in its order)."""
    spans = [(item.sentence.start, item.sentence.end) for item in gold.sentences]
    last = len(gold.article.text.rstrip())
    wanted = {end for _, end in spans} - {last}
    given = {piece.end for piece in cut if _inside(piece.end, spans)} - {last}
    return Alignment(
        gold=len(wanted),
        cut=len(given),
        matched=len(wanted & given),
        unaligned=_unaligned(gold.sentences, cut),
    )


def boundary_f1(alignments: Iterable[Alignment]) -> BoundaryScore:
    """The score over all articles together; what has nothing to find or to give counts as 1."""
    gold = cut = matched = 0
    for alignment in alignments:
        gold += alignment.gold
        cut += alignment.cut
        matched += alignment.matched
    precision = matched / cut if cut else 1.0
    recall = matched / gold if gold else 1.0
    f1 = 2 * matched / (gold + cut) if gold + cut else 1.0
    return BoundaryScore(precision, recall, f1, gold, cut, matched)


def _inside(offset: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether an end lies in one of the spans (sorted, without overlaps) or at its end."""
    before = bisect_left(spans, offset, key=lambda span: span[0]) - 1
    return before >= 0 and offset <= spans[before][1]


def _unaligned(gold: Sequence[LabelledSentence], cut: Sequence[Sentence]) -> tuple[Unaligned, ...]:
    exact = {(piece.start, piece.end) for piece in cut}
    missed = [g for g in gold if (g.sentence.start, g.sentence.end) not in exact]
    ends = [piece.end for piece in cut]
    found = []
    for item in missed:
        first = bisect_right(ends, item.sentence.start)
        last = first
        while last < len(cut) and cut[last].start < item.sentence.end:
            last += 1
        found.append(Unaligned(item, tuple(cut[first:last])))
    return tuple(found)
