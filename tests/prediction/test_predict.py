"""The articles of a shard go in and rows come out in the same order, the same every time."""

import json
from collections import Counter

import pytest

from claimstance.models.classifier import Answers, StancesAlone
from claimstance.models.yardsticks import AlwaysAsserted
from claimstance.prediction.formats import Format
from claimstance.prediction.predict import LocalEngine, classify, compute
from claimstance.prediction.shards import shards
from claimstance.records import STANCES, Article, FoundSpans, Span, Stance

TEXTS = [
    "The army said it had left. The mayor denied that.\n\nWho knows?",
    "😀 “We denied it,” she said. It is disputed.",
    "One sentence.",
]
ARTICLES = [Article(f"a-{number}", text) for number, text in enumerate(TEXTS)]


def rows_of(computed):
    return [json.loads(line) for line in computed.content.decode().splitlines()]


def test_rows_come_in_the_order_of_the_articles_and_their_sentences(classifier):
    rows = rows_of(compute(ARTICLES, classifier, 0, Format.JSONL))
    places = [(row["article_id"], row["index"]) for row in rows]
    assert places == [("a-0", 0), ("a-0", 1), ("a-0", 2), ("a-1", 0), ("a-1", 1), ("a-2", 0)]
    stances = [row["stance"] for row in rows]
    assert stances == ["asserted", "denied", "no_claim", "denied", "disputed", "asserted"]


def test_offsets_are_characters_of_the_article(classifier):
    texts = {article.id: article.text for article in ARTICLES}
    for row in rows_of(compute(ARTICLES, classifier, 0, Format.JSONL)):
        assert texts[row["article_id"]][row["start"] : row["end"]] == row["text"]


def test_all_sentences_of_a_shard_go_to_the_classifier_at_once(classifier):
    compute(ARTICLES, classifier, 0, Format.CSV)
    assert [len(batch) for batch in classifier.batches] == [6]


def test_rows_are_counted(classifier):
    computed = compute(ARTICLES, classifier, 0.94, Format.JSONL)
    rows = rows_of(computed)
    assert computed.tally.articles == 3
    assert computed.tally.counts == Counter(Stance(row["stance"]) for row in rows)
    unsure = Counter(Stance(row["stance"]) for row in rows if row["abstained"])
    assert computed.tally.abstained == unsure
    assert 0 < unsure.total() < len(rows)


def test_the_local_engine_computes_shard_after_shard(classifier):
    cut = list(shards(ARTICLES, 30))
    found = list(LocalEngine(classifier).compute(iter(cut), 0, Format.JSONL))
    assert [shard.number for shard, _ in found] == [0, 1, 2]
    assert [len(rows_of(computed)) for _, computed in found] == [3, 2, 1]
    assert LocalEngine(classifier).model == "by-word-0123"


# ---- single answers --------------------------------------------------------------------------


def answers(classifier, **options):
    return classify(ARTICLES, classifier, **options)


def test_it_abstains_under_the_confidence_that_was_asked_for(classifier):
    rows = answers(classifier, min_confidence=0.94)
    unsure = [row.score < 0.94 for row in rows]
    assert set(unsure) == {True, False}
    assert [row.abstained for row in rows] == unsure


def test_every_row_carries_its_probabilities_and_the_models_name(classifier):
    for row in answers(classifier):
        assert sum(row.probabilities) == pytest.approx(1)
        assert row.score == max(row.probabilities)
        assert STANCES[row.probabilities.index(row.score)] is row.stance
        assert row.model == "by-word-0123"
        assert {type(value) for value in row.probabilities} == {float}  # no array's own numbers


def test_no_sentences_no_answers(classifier):
    assert classify([], classifier) == []


def test_any_classifier_will_do():
    assert {row.stance for row in answers(AlwaysAsserted())} == {Stance.ASSERTED}


def test_without_spans_nobody_looks_for_any():
    class Finder(AlwaysAsserted):
        def answer(self, texts):
            raise AssertionError("asked for spans")

    (row, *_) = answers(StancesAlone(Finder()))
    assert row.spans is None
    assert row.model == "always-asserted-no-spans"


def test_where_there_is_no_claim_there_are_no_spans(classifier):
    everywhere = FoundSpans(*[Span("x", 0, 1, 0.9)] * 3)

    class Finder:
        id = "finder"

        def predict_proba(self, texts):
            return classifier.predict_proba(texts)

        def answer(self, texts):
            return Answers(classifier.predict_proba(texts), [everywhere] * len(texts))

    rows = answers(Finder())
    for row in rows:
        found = (row.spans.source, row.spans.cue, row.spans.claim)
        if row.stance is Stance.NO_CLAIM:
            assert set(found) == {Span("", None, None, row.probabilities[3])}
        else:
            start = row.sentence.start
            assert set(found) == {Span("x", start, start + 1, 0.9)}
    assert {row.stance is Stance.NO_CLAIM for row in rows} == {True, False}
