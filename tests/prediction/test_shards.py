"""Shards are whole articles in their order, and the same for the same input."""

import itertools

import pytest

from claimstance.prediction.shards import LEAST_CHARS, shards
from claimstance.records import Article, Unreadable

BROKEN = Unreadable("rows.jsonl:4", "not JSON")


def articles(*lengths):
    return [Article(f"a-{number}", "x" * length) for number, length in enumerate(lengths)]


def sizes(cut):
    return [[len(article.text) for article in shard.articles] for shard in cut]


def test_a_shard_ends_with_the_article_that_fills_it():
    assert sizes(shards(articles(400, 700, 900, 5_000, 100), 1_000)) == [
        *([400, 700], [900, 5_000], [100]),
    ]


def test_nothing_is_lost_or_put_twice_and_numbers_run_on():
    given = articles(*range(1, 900, 7))
    cut = list(shards(given, 2_000))
    assert list(itertools.chain(*(shard.articles for shard in cut))) == given
    assert [shard.number for shard in cut] == list(range(len(cut)))
    assert len(cut) > 10


def test_tiny_articles_and_broken_rows_fill_a_shard_too():
    cut = list(shards([*articles(*[1] * 500), *[BROKEN] * 500], LEAST_CHARS * 100))
    assert [len(shard.articles) + len(shard.unreadable) for shard in cut] == [100] * 10


def test_articles_are_read_only_as_far_as_they_are_needed():
    read = []

    def stream():
        for article in articles(*[1_000] * 5):
            read.append(article.id)
            yield article

    next(shards(stream(), 2_000))
    assert read == ["a-0", "a-1"]


def test_no_articles_no_shards():
    assert list(shards([], 10)) == []


@pytest.mark.parametrize(
    "change",
    [
        [Article("a-0", "x" * 99 + "y"), *articles(100, 100)[1:], BROKEN],
        [Article("b-0", "x" * 100), *articles(100, 100)[1:], BROKEN],
        [*articles(100, 100)[::-1], BROKEN],
        articles(100, 100),
        [*articles(100, 100), Unreadable("rows.jsonl:4", "blank")],
    ],
)
def test_the_digest_tells_any_change(change):
    digests = {next(shards(items)).digest for items in ([*articles(100, 100), BROKEN], change)}
    assert len(digests) == 2
    assert next(shards([*articles(100, 100), BROKEN])).digest in digests


def test_a_shard_is_named_by_its_articles():
    assert next(shards(articles(5, 6, 7))).place == '"a-0" to "a-2"'
    assert next(shards(articles(5))).place == '"a-0"'
    assert next(shards([BROKEN])).place == '"rows.jsonl:4: not JSON"'
