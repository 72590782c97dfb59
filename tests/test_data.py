"""The data that ships with the project: the articles, the contrast groups and the seed."""

import hashlib
import itertools
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from claimstance.config import load_data_config
from claimstance.labelling.splits import WRITTEN_SPLITS, assign
from claimstance.reading.gold import read_gold
from claimstance.records import LABEL_NAMES
from claimstance.typography import normalise

ROOT = Path(__file__).parents[1]
AUTHORED = sorted((ROOT / "data" / "authored").glob("*.jsonl"))
SEED = ROOT / "seeds" / "al-bukamal.gold.jsonl"
CLAIM_HALVES = ("choose", "report")
ROW = re.compile(r"\| (?:`([\w.-]+)`|\*\*(all)\*\*) \| (.+) \|")


@pytest.fixture(scope="module")
def shipped():
    """The rows of every file, by its name."""
    return {
        path.name: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for path in AUTHORED
    }


@pytest.fixture(scope="module")
def articles(shipped):
    return list(itertools.chain.from_iterable(shipped.values()))


@pytest.fixture(scope="module")
def sentences(articles):
    return [sentence for article in articles for sentence in article["sentences"]]


def test_ids_are_unique(articles):
    counts = Counter(article["id"] for article in articles)
    assert not [identity for identity, count in counts.items() if count > 1]


def test_labels_are_known_and_all_are_used(sentences):
    assert {sentence["label"] for sentence in sentences} == set(LABEL_NAMES)


def test_sentences_are_whole_and_trimmed(sentences):
    assert all(sentence["text"].strip() == sentence["text"] != "" for sentence in sentences)


def test_spans_are_substrings_and_empty_without_a_claim(sentences):
    for sentence in sentences:
        spans = [sentence[key] for key in ("source", "cue", "claim")]
        assert all(span in sentence["text"] for span in spans), sentence
        assert sentence["label"] != "no_claim" or not any(spans), sentence


def test_groups_contrast(articles):
    groups = [article for article in articles if "rule" in article]
    assert groups
    for group in groups:
        texts = [sentence["text"] for sentence in group["sentences"]]
        assert len(set(texts)) == len(texts) >= 3, group["id"]
        assert len({sentence["label"] for sentence in group["sentences"]}) >= 2, group["id"]


def test_every_file_is_read_as_gold(shipped):
    for path in AUTHORED:
        read = read_gold(path)
        rows = shipped[path.name]
        assert [article.article.id for article in read] == [row["id"] for row in rows]
        for article in read:
            for item in article.sentences:
                sentence = item.sentence
                assert article.article.text[sentence.start : sentence.end] == sentence.text


def test_the_card_counts_what_is_there(shipped):
    table = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    told = {name or total: figures for name, total, figures in ROW.findall(table)}
    counted = {name: _counts(rows) for name, rows in shipped.items()}
    counted["all"] = [sum(column) for column in zip(*counted.values(), strict=True)]
    assert counted == {
        name: [int(figure.replace(",", "")) for figure in figures.split(" | ")]
        for name, figures in told.items()
    }


def _counts(rows):
    """Articles, groups, sentences, and sentences by label."""
    groups = sum("rule" in row for row in rows)
    labels = Counter(sentence["label"] for row in rows for sentence in row["sentences"])
    return [len(rows) - groups, groups, labels.total(), *(labels[name] for name in LABEL_NAMES)]


@pytest.mark.parametrize("half", CLAIM_HALVES)
def test_claims_are_numbered_where_the_article_has_one(half, articles):
    known = {article["id"]: article["sentences"] for article in articles}
    rows = _claim_rows(half)
    assert len({row["article"] for row in rows}) == len(rows) > 50
    for row in rows:
        sentences = known[row["article"]]
        assert len(row["claims"]) == len(sentences)
        for number, sentence in zip(row["claims"], sentences, strict=True):
            assert (number is None) == (not sentence["claim"]), (row["article"], sentence)
        first_seen = list(dict.fromkeys(number for number in row["claims"] if number))
        assert first_seen == [*range(1, len(first_seen) + 1)]
        side = hashlib.sha256(row["article"].encode()).digest()[0] % 2
        assert CLAIM_HALVES[side] == half


def test_the_card_counts_the_numbered_claims():
    card = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    for half in CLAIM_HALVES:
        numbers = [(row["article"], n) for row in _claim_rows(half) for n in row["claims"]]
        claims = [name for name in numbers if name[1] is not None]
        sizes = Counter(name for name in claims if name[1]).values()
        pairs = sum(size * (size - 1) // 2 for size in sizes)
        points = sum(name[1] == 0 for name in claims)
        row = f"| {half} | {len(_claim_rows(half))} | {len(claims)} | {pairs} | {points} |"
        assert row in card


def _claim_rows(half):
    lines = (ROOT / "data" / "claims" / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_splits_are_by_article_the_same_every_time_and_none_is_empty(articles):
    config = load_data_config(ROOT / "configs" / "data.yaml")
    first = {article["id"]: assign(article["id"], config) for article in articles}
    again = {article["id"]: assign(article["id"], config) for article in reversed(articles)}
    assert first == again
    assert set(first.values()) == set(WRITTEN_SPLITS)
    for kind in ("rule", "style"):  # groups and articles
        assert {first[a["id"]] for a in articles if kind in a} == set(WRITTEN_SPLITS)


def test_the_seed_fits_its_article():
    (article,) = read_gold(SEED)
    text = (SEED.parent / "al-bukamal.txt").read_text(encoding="utf-8")
    assert article.article.text == text
    assert {item.stance.value for item in article.sentences} >= {"asserted", "denied", "disputed"}
    for item in article.sentences:
        assert text[item.sentence.start : item.sentence.end] == item.sentence.text


def test_the_seed_is_held_out():
    config = load_data_config(ROOT / "configs" / "data.yaml")
    assert SEED.relative_to(ROOT) in config.hold_out


def test_no_sentence_of_the_seed_was_copied(sentences):
    (article,) = read_gold(SEED)
    seed = {run for item in article.sentences for run in _runs(item.sentence.text)}
    copied = [s["text"] for s in sentences if any(run in seed for run in _runs(s["text"]))]
    assert not copied


def _runs(text, words=8):
    """Every run of eight words, or the whole of a shorter sentence."""
    found = re.findall(r"[\w']+", normalise(text).lower())
    return {" ".join(found[at : at + words]) for at in range(max(1, len(found) - words + 1))}
