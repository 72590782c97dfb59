import pytest

from claimstance.page.symbols import AUTHOR
from claimstance.page.view import mark_articles
from claimstance.records import Article, Stance

from .conftest import in_order

ARTICLE = Article("a", "")


def sentences(predictions):
    (article,) = mark_articles(predictions)
    return [row for part in article.paragraphs for row in part]


def test_paragraphs_stay(seed_predictions):
    (article,) = mark_articles(seed_predictions)
    assert [len(part) for part in article.paragraphs] == [1] * 7 + [3, 1, 1, 2, 1, 1, 1, 1]
    assert article.counts == {"asserted": 15, "denied": 1, "disputed": 1, "no_claim": 1}


def test_anchors_are_made_of_numbers_alone():
    rows = [*in_order(Article('"><script>', ""), [("One.",)]), *in_order(ARTICLE, [("A.",)])]
    assert [article.paragraphs[0][0].anchor for article in mark_articles(rows)] == [
        "a1-s0",
        "a2-s0",
    ]


def test_an_index_that_starts_anew_begins_another_article():
    rows = in_order(ARTICLE, [("One.",), ("Two.",)])
    assert [article.counts.total() for article in mark_articles([*rows, *rows])] == [2, 2]


def test_an_abstained_sentence_is_unsure_and_says_what_it_most_likely_is():
    sure, unsure = sentences(
        in_order(
            ARTICLE,
            [
                ("He denied it.", Stance.DENIED),
                ("He denied it.", Stance.DENIED, None, {"abstained": True, "score": 0.414}),
            ],
        )
    )
    assert (sure.stance, sure.told) == ("denied", "score 0.70")
    assert (unsure.stance, unsure.told) == ("unsure", "most likely denied, score 0.41")


def test_whom_the_filter_finds():
    named, author = sentences(
        in_order(
            ARTICLE,
            [
                ("He denied it.", Stance.DENIED, ("He", "denied", "it")),
                ("It rained.", Stance.ASSERTED, ("", "", "It rained")),
            ],
        )
    )
    assert (named.source, author.source) == ("He", AUTHOR)
    (plain,) = sentences(in_order(ARTICLE, [("It rained.",)]))
    assert (plain.source, plain.nodes) == ("", ("It rained.",))


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/a?b=c&d", "https://example.org/a?b=c&d"),
        (" http://example.org ", "http://example.org"),
        ("javascript:alert(1)", ""),
        ("JavaScript://example.org/%0aalert(1)", ""),
        ("data:text/html,hello", ""),
        ("file:///etc/passwd", ""),
        ("http://[", ""),
        ("https:", ""),
        ("example.org", ""),
        ("", ""),
    ],
)
def test_only_addresses_of_the_web_become_links(url, link):
    (article,) = mark_articles(in_order(Article("a", "", url=url), [("One.",)]))
    assert article.link == link
