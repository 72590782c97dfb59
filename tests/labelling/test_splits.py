"""Splits by article, and sentences that would leak from one split into another."""

import itertools
from collections import Counter

import pytest

from claimstance.labelling.splits import Split, assign, find_duplicates
from claimstance.records import LabelledSentence, Origin, Sentence, Stance

FIRST = (
    "The governor denied on Friday that the flooded bridge at the edge of the old town had been "
    "closed to buses and lorries before the storm came."
)
ALIKE = FIRST.removesuffix(".")
OTHER = "A rescue team reached the village on foot and counted eleven damaged houses."


def item(text, article="a"):
    sentence = Sentence(article, 0, 0, len(text), text)
    return LabelledSentence(sentence, Stance.DENIED, Origin.GOLD)


def test_an_articles_split_depends_on_nothing_but_its_id_and_the_seed(config):
    ids = [f"article-{number}" for number in range(200)]
    alone = [assign(identity, config) for identity in ids]
    assert alone == [assign(identity, config) for identity in reversed(ids)][::-1]
    reseeded = config.model_copy(update={"split_seed": 2})
    assert alone != [assign(identity, reseeded) for identity in ids]


def test_the_shares_are_met(config):
    counts = Counter(assign(f"article-{number}", config) for number in range(4000))
    assert counts[Split.TEST] / 4000 == pytest.approx(0.25, abs=0.03)
    assert counts[Split.VALIDATION] / 4000 == pytest.approx(0.25, abs=0.03)
    assert Split.HELD_OUT not in counts


def test_raising_one_share_moves_no_article_out_of_the_test_split(config):
    more = config.model_copy(update={"validation_share": 0.4})
    ids = [f"article-{number}" for number in range(500)]
    tested = {identity for identity in ids if assign(identity, config) is Split.TEST}
    assert tested == {identity for identity in ids if assign(identity, more) is Split.TEST}


@pytest.mark.parametrize(("lesser", "greater"), list(itertools.combinations(Split, 2)))
def test_of_two_alike_the_one_in_the_less_protected_split_goes(lesser, greater):
    dropped, kept = item(FIRST, "a"), item(ALIKE, "b")
    for placed in ([(dropped, lesser), (kept, greater)], [(kept, greater), (dropped, lesser)]):
        (found,) = find_duplicates(placed, 0.8)
        assert found.dropped is dropped
        assert (found.dropped_from, found.kept_in) == (lesser, greater)
        assert found.kept is kept
        assert 0.8 <= found.similarity <= 1


def test_alike_within_a_split_and_unlike_across_splits_both_stay():
    same = [(item(FIRST, "a"), Split.TRAIN), (item(ALIKE, "b"), Split.TRAIN)]
    assert find_duplicates([*same, (item(OTHER, "c"), Split.TEST)], 0.8) == []


def test_a_negation_keeps_two_sentences_apart():
    denied = FIRST.replace("denied", "never denied")
    assert not find_duplicates([(item(FIRST), Split.TRAIN), (item(denied), Split.TEST)], 0.95)


def test_quotes_and_capitals_do_not_hide_a_copy():
    straight = 'He said "the dam held" and left.'
    (found,) = find_duplicates(
        [(item(straight), Split.TRAIN), (item("He said “The dam held” and left."), Split.TEST)], 1.0
    )
    assert found.similarity == 1
