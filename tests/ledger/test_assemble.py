"""The ledger as a whole: grouping, order, determinism; the seed article with the real model."""

from pathlib import Path

import pytest

from claimstance.errors import PredictionError
from claimstance.ledger import build
from claimstance.ledger.gold import as_predictions
from claimstance.reading.gold import read_gold
from claimstance.records import Stance

SEED = Path(__file__).parents[2] / "seeds" / "al-bukamal.gold.jsonl"
TOWN = "the army captured Tel Dahra near Homs"


@pytest.fixture
def rows(said):
    return [
        said("Ann", "prices of bread rose sharply", index=0),
        said("the army", TOWN, index=1, published="2026-05-02"),
        said("Bob", "Tel Dahra near Homs was captured by the army", Stance.DENIED, index=2),
        said("Cy", "the strike", Stance.DENIED, index=9),
        said("Dee", TOWN, article="b", published="2026-05-01"),
        said("Cy", "the strike", Stance.DENIED, article="b", index=9),
        said("Eve", "it", Stance.DISPUTED, article="b", index=1),
        said("Eve", "it", Stance.DISPUTED, index=4),
    ]


def test_the_same_claim_is_one_across_sentences_and_articles(rows, by_letters):
    ledger = build(rows, 0.6, by_letters)
    first = ledger.claims[0]
    assert [mention.source for mention in first.mentions] == ["the army", "Bob", "Dee"]
    assert [mention.source for mention in first.by(Stance.DENIED)] == ["Bob"]
    assert (first.text, first.contested, first.articles) == (TOWN, 1, 2)
    assert first.dates == ("2026-05-01", "2026-05-02")


def test_what_says_too_little_is_no_claim_across_articles(rows, by_letters):
    ledger = build(rows, 0.6, by_letters)
    assert [mention.article_id for mention in ledger.unresolved] == ["b", "a"]
    strikes = [claim for claim in ledger.claims if claim.text == "the strike"]
    assert [claim.articles for claim in strikes] == [1, 1]
    assert len({claim.id for claim in ledger.claims}) == len(ledger.claims) == 4


def test_the_same_predictions_give_the_same_ledger(rows, by_letters):
    assert build(rows, 0.6, by_letters) == build(iter(rows), 0.6, by_letters)


@pytest.mark.parametrize("threshold", [0.29, 1.01, -1, float("nan")])
def test_a_threshold_out_of_range_is_refused(rows, by_letters, threshold):
    with pytest.raises(PredictionError, match=r"give a number from 0\.3 to 1"):
        build(rows, threshold, by_letters)


@pytest.mark.slow
def test_the_control_of_al_bukamal_is_one_claim_that_many_dispute():
    ledger = build(as_predictions(read_gold(SEED)))
    first = ledger.claims[0]
    assert first.text == "Al Bukamal is fully under government control"
    assert [mention.source for mention in first.by(Stance.DISPUTED)] == ["Many"]
    assert [mention.source for mention in first.by(Stance.ASSERTED)] == [
        "Syrian troops and allied militias",
        "",
        "the General Command of the Army and Armed Forces",
    ]
    assert first.contested == 1
    (denied,) = (claim for claim in ledger.claims if claim.by(Stance.DENIED))
    assert [mention.source for mention in denied.mentions] == ["Iraq’s Hashd al-Shaabi"]
