"""A cut is scored by its sentence ends, and every gold sentence it misses is shown."""

import pytest

from claimstance.labelling.alignment import BoundaryScore, align, boundary_f1
from claimstance.reading.gold import GoldArticle
from claimstance.records import Article, LabelledSentence, Origin, Sentence, Stance

TEXT = "One. Two. Three. Four.\n"


def sentence(text: str) -> Sentence:
    start = TEXT.index(text)
    return Sentence("a", 0, start, start + len(text), text)


def gold(*texts: str) -> GoldArticle:
    labels = (LabelledSentence(sentence(t), Stance.ASSERTED, Origin.GOLD) for t in texts)
    return GoldArticle(Article("a", TEXT), tuple(labels))


def cut(*texts: str) -> list[Sentence]:
    return [sentence(text) for text in texts]


def test_a_perfect_cut() -> None:
    found = align(gold("One. Two.", "Three.", "Four."), cut("One. Two.", "Three.", "Four."))

    assert (found.gold, found.cut, found.matched) == (2, 2, 2)
    assert found.unaligned == ()


def test_the_end_of_the_text_earns_nothing() -> None:
    found = align(gold("One.", "Two. Three. Four."), cut("One. Two. Three. Four."))

    assert (found.gold, found.cut, found.matched) == (1, 0, 0)


def test_sentences_that_were_not_cut_exactly_are_shown_with_what_was() -> None:
    found = align(gold("One.", "Two. Three.", "Four."), cut("One.", "Two.", "Three. Four."))

    assert (found.gold, found.cut, found.matched) == (2, 2, 1)
    shown = [(u.gold.sentence.text, [s.text for s in u.overlapping]) for u in found.unaligned]
    assert shown == [("Two. Three.", ["Two.", "Three. Four."]), ("Four.", ["Three. Four."])]


def test_cuts_outside_a_partial_gold_are_not_counted() -> None:
    found = align(gold("Two."), cut("One.", "Two.", "Three.", "Four."))

    assert (found.gold, found.cut, found.matched, found.unaligned) == (1, 1, 1, ())


def test_the_score_adds_up_boundaries_rather_than_articles() -> None:
    perfect = align(gold("One.", "Two.", "Three.", "Four."), cut("One.", "Two.", "Three.", "Four."))
    joined = align(gold("One.", "Two. Three. Four."), cut("One. Two.", "Three. Four."))

    score = boundary_f1([perfect, joined])

    assert score == BoundaryScore(
        precision=pytest.approx(3 / 4), recall=pytest.approx(3 / 4), f1=pytest.approx(3 / 4),
        gold=4, cut=4, matched=3,
    )  # fmt: skip


def test_an_article_of_one_sentence_has_nothing_to_find() -> None:
    only = align(gold("One. Two. Three. Four."), cut("One. Two. Three. Four."))

    assert boundary_f1([only]).f1 == 1.0
