"""Articles go in one at a time and rows come out in the same order, in bounded memory."""

from collections import Counter

import pytest

from claimstance.errors import ArticleError
from claimstance.models.yardsticks import AlwaysAsserted
from claimstance.prediction.predict import BATCH, SHOWN, Summary, classify, predict_to
from claimstance.records import STANCES, Article, Stance

TEXTS = [
    "The army said it had left. The mayor denied that.\n\nWho knows?",
    "😀 “We denied it,” she said. It is disputed.",
    "One sentence.",
]


def articles(texts):
    return [Article(f"a-{number}", text) for number, text in enumerate(texts)]


def small(count):
    """Articles of one sentence each, told apart by their number."""
    return [Article(f"s-{number}", f"Report {number} is in.") for number in range(count)]


# ---- one batch -------------------------------------------------------------------------------


def test_rows_come_in_the_order_of_the_articles_and_their_sentences(classifier, kept):
    predict_to(articles(TEXTS), classifier, kept, 3)
    places = [(row.sentence.article_id, row.sentence.index) for row in kept.rows]
    expected = [("a-0", 0), ("a-0", 1), ("a-0", 2), ("a-1", 0), ("a-1", 1), ("a-2", 0)]
    assert places == expected
    assert [row.stance.value for row in kept.rows] == [
        *("asserted", "denied", "no_claim"),
        *("denied", "disputed"),
        "asserted",
    ]


def test_it_abstains_under_the_confidence_that_was_asked_for(classifier, kept):
    summary = predict_to(articles(TEXTS), classifier, kept, None, min_confidence=0.94)
    unsure = [row.score < 0.94 for row in kept.rows]
    assert set(unsure) == {True, False}
    assert [row.abstained for row in kept.rows] == unsure
    assert summary.abstained.total() == sum(unsure)
    assert summary.counts.total() == len(unsure)
    shown = [row for stance in STANCES for row in summary.most_certain(stance)]
    assert not any(row.abstained for row in shown)


def test_offsets_are_characters_of_the_article(classifier, kept):
    given = articles(TEXTS)
    predict_to(given, classifier, kept, None)
    texts = {article.id: article.text for article in given}
    for row in kept.rows:
        sentence = row.sentence
        assert texts[sentence.article_id][sentence.start : sentence.end] == sentence.text


def test_every_row_carries_its_probabilities_and_the_models_name(classifier, kept):
    predict_to(articles(TEXTS), classifier, kept, None)
    for row in kept.rows:
        assert sum(row.probabilities) == pytest.approx(1)
        assert row.score == max(row.probabilities)
        assert STANCES[row.probabilities.index(row.score)] is row.stance
        assert row.model == "by-word-0123"
        assert {type(value) for value in row.probabilities} == {float}  # no array's own numbers


def test_no_sentences_no_answers(classifier):
    assert classify([], classifier) == []


# ---- a stream --------------------------------------------------------------------------------


def test_many_small_articles_share_batches(classifier, kept):
    summary = predict_to(small(2 * BATCH + 7), classifier, kept, None)
    assert [len(batch) for batch in classifier.batches] == [BATCH, BATCH, 7]
    assert (summary.articles, summary.counts.total()) == (2 * BATCH + 7, 2 * BATCH + 7)
    assert [row.sentence.article_id for row in kept.rows] == [
        f"s-{n}" for n in range(2 * BATCH + 7)
    ]


def test_an_article_is_never_parted(classifier, kept):
    long = Article("long", "It rained. " * (BATCH + 50))
    predict_to([*small(3), long, *small(2)], classifier, kept, None)
    assert [len(batch) for batch in kept.batches] == [3 + BATCH + 50, 2]


def test_articles_are_read_only_as_far_as_the_next_batch(classifier, kept):
    read = []
    seen = []

    def stream():
        for article in small(3 * BATCH):
            read.append(article.id)
            yield article

    class Watching(type(kept)):
        def write(self, predictions):
            seen.append(len(read))
            super().write(predictions)

    predict_to(stream(), classifier, Watching(), None)
    assert seen == [BATCH, 2 * BATCH, 3 * BATCH]


def test_what_came_before_an_unreadable_article_is_written_all_the_same(classifier, kept):
    def stream():
        yield from small(3)
        raise ArticleError("rows.jsonl:4: not JSON")

    with pytest.raises(ArticleError, match=r"rows\.jsonl:4"):
        predict_to(stream(), classifier, kept, None)
    assert [row.sentence.article_id for row in kept.rows] == ["s-0", "s-1", "s-2"]


def test_no_articles_no_rows(classifier, kept):
    summary = predict_to([], classifier, kept, 0)
    assert (summary.articles, kept.rows, classifier.batches) == (0, [], [])


def test_any_classifier_will_do(kept):
    summary = predict_to(articles(TEXTS), AlwaysAsserted(), kept, None)
    assert summary.counts == {Stance.ASSERTED: 6}


# ---- the summary -----------------------------------------------------------------------------


def test_the_summary_counts_every_stance(classifier, kept):
    summary = predict_to(articles(TEXTS * 100), classifier, kept, 300)
    assert summary.articles == 300
    assert summary.counts == Counter(row.stance for row in kept.rows)
    assert summary.counts[Stance.DENIED] == 200


def test_the_most_certain_sentences_are_kept_the_surest_first(classifier, kept):
    texts = [f"They denied it {'very ' * n}much." for n in (3, 9, 1, 7, 5, 8, 2, 6)]
    summary = predict_to(articles(texts), classifier, kept, None)
    certain = summary.most_certain(Stance.DENIED)
    assert [item.sentence.text.count("very") for item in certain] == [9, 8, 7, 6, 5]
    assert summary.most_certain(Stance.DISPUTED) == []


def test_of_equally_certain_sentences_the_earlier_ones_are_kept(predicted):
    summary = Summary()
    for number in range(4):
        summary.add(1, [predicted(f"{number}, {part}.", index=part) for part in range(3)])
    kept = [item.sentence.text for item in summary.most_certain(Stance.DENIED)]
    assert kept == ["0, 0.", "0, 1.", "0, 2.", "1, 0.", "1, 1."]
    assert len(kept) == SHOWN
