"""What shards counted adds up, and the surest sentences of all of them are kept."""

import pytest

from claimstance.prediction.summary import SHOWN, Summary, tally
from claimstance.records import STANCES, Stance


@pytest.fixture
def scored(predicted):
    """Makes a prediction with a score of its own."""
    from dataclasses import replace

    def scored(text, score, **options):
        return replace(predicted(text), score=score, **options)

    return scored


def test_every_stance_is_counted(predicted):
    summary = Summary()
    for number in range(3):
        rows = [predicted(f"{number}", stance) for stance in STANCES for _ in range(number)]
        summary.add(tally(2, rows), unreadable=number)
    assert (summary.articles, summary.unreadable) == (6, 3)
    assert summary.counts == dict.fromkeys(STANCES, 3)
    assert summary.abstained.total() == 0


def test_the_most_certain_sentences_are_kept_the_surest_first(scored):
    summary = Summary()
    for scores in ((0.3, 0.9), (0.1, 0.7, 0.5), (0.8, 0.2, 0.6)):
        summary.add(tally(1, [scored(f"{score}", score) for score in scores]))
    kept = [item.score for item in summary.most_certain(Stance.DENIED)]
    assert kept == [0.9, 0.8, 0.7, 0.6, 0.5]
    assert summary.most_certain(Stance.DISPUTED) == []


def test_of_equally_certain_sentences_the_earlier_ones_are_kept(predicted):
    summary = Summary()
    for number in range(4):
        summary.add(tally(1, [predicted(f"{number}, {part}.", index=part) for part in range(3)]))
    kept = [item.text for item in summary.most_certain(Stance.DENIED)]
    assert kept == ["0, 0.", "0, 1.", "0, 2.", "1, 0.", "1, 1."]
    assert len(kept) == SHOWN


def test_what_it_abstains_on_is_counted_and_not_shown(scored):
    summary = Summary()
    summary.add(tally(1, [scored("Unsure.", 0.9, abstained=True), scored("Sure.", 0.8)]))
    assert summary.abstained == {Stance.DENIED: 1}
    assert [item.text for item in summary.most_certain(Stance.DENIED)] == ["Sure."]
