"""Predictions become mentions, and everything else is counted."""

from dataclasses import replace

import pytest

from claimstance.errors import PredictionError
from claimstance.ledger.gather import gather
from claimstance.records import Stance


def test_what_is_no_mention_is_counted(said):
    gathered = gather(
        [
            said("Ann", "the bridge fell", index=0),
            said("Ann", "the bridge fell", index=0),
            said("Bob", "the report", Stance.DENIED, index=1),
            said("Bob", "", Stance.DENIED, index=2),
            replace(said("Cy", "the dam burst", index=3), abstained=True),
            replace(said("", "", index=4), stance=Stance.NO_CLAIM, spans=None),
        ]
    )
    assert [mention.claim for mention in gathered.mentions] == ["the bridge fell"]
    assert [mention.claim for mention in gathered.unresolved] == ["the report", ""]
    assert gathered.unresolved[1].start is None
    left = gathered.left
    assert (left.no_claim, left.abstained, left.repeated) == (1, 1, 1)
    assert gathered.models == ("m-0123",)


def test_a_mention_knows_its_place(said):
    prediction = said("Ann", "the bridge fell", article="b", index=3, published="2026-01-02")
    (mention,) = gather([prediction]).mentions
    begin = mention.start - mention.sentence_start
    assert mention.sentence[begin : begin + len(mention.claim)] == "the bridge fell"
    assert (mention.article_id, mention.index, mention.article_published) == ("b", 3, "2026-01-02")


def test_names_come_from_all_sentences_of_an_article(said):
    rows = [
        said("Ann", "the road to Homs is cut"),
        replace(said("", "see Aleppo", index=1), stance=Stance.NO_CLAIM),
        said("Bob", "it rains in Oslo", article="b"),
    ]
    assert gather(rows).names == {"a": {"homs", "aleppo"}, "b": {"oslo"}}


def test_predictions_without_spans_are_refused_with_the_next_command(said):
    with pytest.raises(PredictionError, match=r"of m-0123 have no spans .*--model models/trans"):
        gather([replace(said("Ann", "the bridge fell"), spans=None)])


def test_no_predictions_are_refused():
    with pytest.raises(PredictionError, match="no predictions"):
        gather([])
