import pytest

from claimstance import ledger
from claimstance.ledger.claims import sentence_of
from claimstance.page import claims
from claimstance.page.claims import Link, claim_table
from claimstance.page.content import content
from claimstance.page.render import render
from claimstance.records import Article, Stance

from .conftest import in_order, unlike

CLAIM = "the bridge over the river Nerva was closed"
AT_FIRST = "T" + CLAIM[1:]
ARTICLES = [
    Article("a", "", source="The Gazette", published="2026-11-03T08:00:00Z"),
    Article("b", "", source="The Herald", published="2026-11-01"),
]


def says(source, stance):
    cue = {Stance.ASSERTED: "said", Stance.DENIED: "denied", Stance.DISPUTED: "doubted"}[stance]
    return f"{source} {cue} that {CLAIM}.", stance, (source, cue, CLAIM)


@pytest.fixture
def rows():
    return [
        *in_order(
            ARTICLES[0],
            [
                says("The mayor", Stance.ASSERTED),
                says("The army", Stance.DENIED),
                (f"{AT_FIRST}.", Stance.ASSERTED, ("", "", AT_FIRST)),
                ("The minister denied it.", Stance.DENIED, ("The minister", "denied", "it")),
            ],
        ),
        *in_order(ARTICLES[1], [says("Some", Stance.DISPUTED), ("Who?", Stance.NO_CLAIM)]),
    ]


@pytest.fixture
def table(rows):
    anchors = {sentence_of(row): f"{row.article.id}{row.sentence.index}" for row in rows}
    return claim_table(ledger.build(rows, embed=unlike), anchors)


def test_a_claim_says_who_takes_which_stance_and_where(table):
    (claim,) = table["opposed"]
    asserted, denied, disputed = claim.cells
    assert asserted.links == (Link("a0", "The mayor"), Link("a2", "The Gazette"))
    assert denied.links == (Link("a1", "The army"),)
    assert disputed.links == (Link("b0", "Some"),)
    assert claim.when == "2026-11-01 to 2026-11-03"


def test_what_nobody_opposes_stands_apart():
    rows = in_order(ARTICLES[0], [says("The mayor", Stance.ASSERTED), says("A", Stance.ASSERTED)])
    page = render("page.html", content(rows, "", ledger.build(rows, embed=unlike)))
    assert "<summary>1 claim that nobody denies or disputes</summary>" in page
    assert page.count('<table class="ledger">') == 1


def test_what_only_points_at_a_claim_is_counted(table):
    assert (table["unresolved"], table["left_out"]) == (1, 0)


def test_long_tables_are_cut_and_say_so(rows, monkeypatch):
    monkeypatch.setattr(claims, "MOST_CLAIMS", 1)
    monkeypatch.setattr(claims, "MOST_MENTIONS", 1)
    more = in_order(
        Article("c", ""), [("Two trains met.", Stance.ASSERTED, ("", "", "Two trains met"))]
    )
    page = render(
        "page.html", content([*rows, *more], "", ledger.build([*rows, *more], embed=unlike))
    )
    assert "1 claim more: <code>claimstance ledger</code>" in page
    assert '<li class="quiet">1 more</li>' in page


def test_of_equal_sentences_the_first_is_linked(rows):
    page = render(
        "page.html", content([*rows, *rows], "", ledger.build([*rows, *rows], embed=unlike))
    )
    assert page.count('href="#a1-s1"') == 1
    assert 'href="#a3-' not in page


def test_an_author_without_an_outlet():
    rows = in_order(
        Article("c", ""), [("Two trains met.", Stance.ASSERTED, ("", "", "Two trains met"))]
    )
    page = render("page.html", content(rows, "", ledger.build(rows, embed=unlike)))
    assert '<a href="#a1-s0"><bdi>(the author)</bdi></a>' in page
