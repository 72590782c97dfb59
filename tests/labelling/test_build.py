"""The labelling script from inputs to a folder: nothing leaks, nothing is lost."""

import json
from pathlib import Path

import pytest

from claimstance.errors import ArticleError, LabelError, OutputError
from claimstance.labelling.build import build_dataset
from claimstance.labelling.dataset import read_dataset
from claimstance.labelling.splits import WRITTEN_SPLITS, Split, assign
from claimstance.records import LABEL_NAMES, Origin, Stance

PLAIN = "The harbour reopened on Monday."
CONFLICT = "The mayor denied it, which the council disputed."
COPIED = (
    "The governor denied on Friday that the flooded bridge at the edge of the old town had been "
    "closed to buses and lorries before the storm came."
)
LEFT_BEHIND = {"dataset", "review.jsonl", "excluded.jsonl", "unaligned.jsonl", "summary.json"} | {
    f"{split}.parquet" for split in WRITTEN_SPLITS
}


def build(inputs, config, out, max_chars=10_000):
    return build_dataset(inputs, config, out, max_chars)


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def places(out):
    """The split of every article."""
    splits = read_dataset(out).splits
    return {(item.sentence.article_id, split) for split in splits for item in splits[split]}


def ids_in(split, config, count=1):
    numbered = (f"article-{number}" for number in range(1000))
    found = (identity for identity in numbered if assign(identity, config) is split)
    return [next(found) for _ in range(count)]


def numbered(gold_row, count, start=0):
    return [
        gold_row(
            f"n{number}",
            (f"Crew number {number} left port {number * 7} at dawn.", "asserted"),
            (f"Owner {number} denied that ship {number * 3} had sunk.", "denied"),
            rule="contrast" if number % 3 == 0 else "",
        )
        for number in range(start, start + count)
    ]


def test_no_article_and_no_group_is_in_two_splits(write, gold_row, config, tmp_path):
    build([write("gold.jsonl", numbered(gold_row, 40))], config, tmp_path / "out")
    placed = places(tmp_path / "out")
    assert len({identity for identity, _ in placed}) == len(placed) == 40
    assert {split for _, split in placed} == set(WRITTEN_SPLITS)


def test_adding_articles_moves_none(write, gold_row, config, tmp_path):
    old = write("old.jsonl", numbered(gold_row, 20))
    build([old], config, tmp_path / "one")
    build([write("new.jsonl", numbered(gold_row, 30, start=20)), old], config, tmp_path / "two")
    assert places(tmp_path / "one") < places(tmp_path / "two")


def test_near_duplicates_across_splits_are_dropped_and_listed(write, gold_row, config, tmp_path):
    (train,), (test,) = ids_in(Split.TRAIN, config), ids_in(Split.TEST, config)
    gold = [gold_row(train, (COPIED, "denied")), gold_row(test, (COPIED[:-1], "denied"))]
    built = build([write("gold.jsonl", gold)], config, tmp_path / "out")
    assert built.dataset.sizes() == {"train": 0, "validation": 0, "test": 1}
    (row,) = rows(tmp_path / "out" / "excluded.jsonl")
    assert (row["text"], row["article_id"], row["split"]) == (COPIED, train, "train")
    assert (row["like"], row["like_article_id"]) == (COPIED[:-1], test)
    assert row["reason"] == "near-identical to a sentence of test"


@pytest.mark.parametrize("split", WRITTEN_SPLITS)
def test_held_out_sentences_never_enter_any_split(split, write, gold_row, config, tmp_path):
    held = write("held.jsonl", [gold_row("held", (COPIED, "denied"))])
    inside = gold_row(ids_in(split, config)[0], (COPIED, "denied"), (PLAIN, "asserted"))
    config = config.model_copy(update={"hold_out": (held,)})
    config = type(config).model_validate(config.model_dump())
    built = build([write("gold.jsonl", [inside])], config, tmp_path / "out")
    texts = [i.sentence.text for part in built.dataset.splits.values() for i in part]
    assert texts == [PLAIN]
    assert rows(tmp_path / "out" / "excluded.jsonl")[0]["like_article_id"] == "held"


def test_extra_labels_go_into_the_train_split_alone(write, gold_row, config, tmp_path):
    rows_ = [gold_row(name, (f"Ship {name} sank.", "asserted")) for name in "abcdefghij"]
    inside = gold_row(ids_in(Split.TEST, config)[0], (COPIED, "denied"), (PLAIN, "asserted"))
    extra = Path(write("extra.jsonl", [*rows_, gold_row("k", (COPIED, "denied"))]))
    config = config.model_copy(update={"extra": (extra,)})
    built = build([write("gold.jsonl", [inside])], config, tmp_path / "out")
    assert built.dataset.sizes() == {"train": 10, "validation": 0, "test": 2}
    assert rows(tmp_path / "out" / "excluded.jsonl")[0]["article_id"] == "k"
    assert str(extra) in built.provenance.inputs


def test_extra_labels_of_an_article_that_is_measured_on(write, gold_row, config, tmp_path):
    identity = ids_in(Split.TEST, config)[0]
    extra = Path(write("extra.jsonl", [gold_row(identity, (COPIED, "denied"))]))
    config = config.model_copy(update={"extra": (extra,)})
    with pytest.raises(LabelError, match=f'"{identity}" is known already'):
        gold = write("gold.jsonl", [gold_row(identity, (PLAIN, "asserted"))])
        build([gold], config, tmp_path / "out")


def test_an_extra_file_is_never_replaced_by_the_dataset(write, gold_row, config, tmp_path):
    gold = write("gold.jsonl", numbered(gold_row, 3))
    build([gold], config, tmp_path / "out")
    extra = tmp_path / "out" / "mine.jsonl"
    extra.write_text(json.dumps(gold_row("k", (COPIED, "denied"))) + "\n", encoding="utf-8")
    with pytest.raises(OutputError, match="one inside the other"):
        build([gold], config.model_copy(update={"extra": (extra,)}), tmp_path / "out")
    assert extra.is_file()


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "no such file"), ([{"id": "a", "text": PLAIN}], "carries no labels")],
)
def test_extra_that_is_no_labelled_file(content, says, write, config, tmp_path):
    extra = Path(write("extra.jsonl", content)) if content else tmp_path / "gone.jsonl"
    config = config.model_copy(update={"extra": (extra,)})
    with pytest.raises(LabelError, match=rf"(extra|gone)\.jsonl: {says}.*--extra"):
        build([write("a.txt", PLAIN)], config, tmp_path / "out")


def test_what_the_rules_cannot_decide_is_listed_and_not_in_the_dataset(write, config, tmp_path):
    built = build([write("a.txt", f"{PLAIN} {CONFLICT}")], config, tmp_path / "out")
    (row,) = rows(tmp_path / "out" / "review.jsonl")
    assert row["text"] == CONFLICT
    assert row["label"] == ""
    assert {vote["rule"] for vote in row["votes"]} >= {"denial", "dispute"}
    assert sum(built.dataset.sizes().values()) == 1


def test_a_filled_in_review_file_is_gold_on_the_second_run(write, config, tmp_path):
    article = write("a.txt", f"{PLAIN} {CONFLICT}")
    build([article], config, tmp_path / "out")
    (row,) = rows(tmp_path / "out" / "review.jsonl")
    filled = write("filled.jsonl", [{**row, "label": "disputed"}])
    built = build([article, filled], config, tmp_path / "out")
    items = [item for part in built.dataset.splits.values() for item in part]
    decided = {item.sentence.text: (item.stance, item.origin) for item in items}
    assert {item.sentence.index for item in items} == {0, 1}  # places in the article, not the file
    assert decided[CONFLICT] == (Stance.DISPUTED, Origin.GOLD)
    assert decided[PLAIN] == (Stance.ASSERTED, Origin.RULE)
    assert rows(tmp_path / "out" / "review.jsonl") == []


def test_a_review_row_that_is_not_filled_in_stays_for_review(write, config, tmp_path):
    article = write("a.txt", f"{PLAIN} {CONFLICT}")
    build([article], config, tmp_path / "out")
    review = tmp_path / "out" / "review.jsonl"
    build([article, str(review)], config, tmp_path / "again")
    assert rows(tmp_path / "again" / "review.jsonl") == rows(review)


def test_a_gold_row_without_a_label_is_an_error_all_the_same(write, config, tmp_path):
    with pytest.raises(LabelError, match=r'gold\.jsonl:1: stance "" is not one of asserted'):
        build([write("gold.jsonl", [{"text": PLAIN, "label": ""}])], config, tmp_path / "out")


def test_a_sentence_that_is_cut_differently_is_listed_and_stays(write, gold_row, config, tmp_path):
    both = f"{PLAIN} {CONFLICT}"
    built = build([write("g.jsonl", [gold_row("g", (both, "disputed"))])], config, tmp_path / "out")
    (row,) = rows(tmp_path / "out" / "unaligned.jsonl")
    assert row == {"article_id": "g", "gold": both, "cut": [PLAIN, CONFLICT]}
    assert sum(built.dataset.sizes().values()) == 1


def test_the_same_input_twice_gives_the_same_files(write, gold_row, config, tmp_path):
    inputs = [write("gold.jsonl", numbered(gold_row, 12)), write("a.txt", f"{PLAIN} {CONFLICT}")]
    first, second = (build(inputs, config, tmp_path / name) for name in ("one", "two"))
    assert first.dataset.digest == second.dataset.digest
    for name in ("summary.json", "train.parquet", "review.jsonl"):
        one, two = (tmp_path / folder / name for folder in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()


def test_another_label_gives_another_digest(write, gold_row, config, tmp_path):
    digests = {
        build(
            [write("g.jsonl", [gold_row("g", (PLAIN, label))])], config, tmp_path / label
        ).dataset.digest
        for label in LABEL_NAMES
    }
    assert len(digests) == len(LABEL_NAMES)


def test_the_summary_counts_what_the_folder_holds(write, gold_row, config, tmp_path):
    inputs = [write("gold.jsonl", numbered(gold_row, 12)), write("a.txt", f"{PLAIN} {CONFLICT}")]
    built = build(inputs, config, tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == LEFT_BEHIND
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["digest"] == built.dataset.digest == read_dataset(tmp_path / "out").digest
    assert summary["inputs"] == inputs
    assert summary["review"] == 1
    counted = sum(sum(labels.values()) for labels in summary["labels"].values())
    assert counted == sum(summary["origin"].values()) == 25 - summary["excluded"]


def test_our_own_folder_is_replaced_as_a_whole(write, gold_row, config, tmp_path):
    path = write("gold.jsonl", numbered(gold_row, 6))
    build([path], config, tmp_path / "out")
    (tmp_path / "out" / "stale.txt").write_text("from the last run")
    build([path], config, tmp_path / "out")
    assert {entry.name for entry in (tmp_path / "out").iterdir()} == LEFT_BEHIND
    assert {entry.name for entry in tmp_path.iterdir()} == {"gold.jsonl", "out"}


def test_a_foreign_folder_is_never_replaced(write, config, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("Dear Anna")
    for foreign in (tmp_path / "letters", tmp_path / "letters" / "letter.txt"):
        with pytest.raises(OutputError, match="not ours to replace; choose another --out"):
            build([write("a.txt", PLAIN)], config, foreign)
    assert (tmp_path / "letters" / "letter.txt").read_text() == "Dear Anna"


def test_an_empty_folder_may_be_filled(write, config, tmp_path):
    (tmp_path / "out").mkdir()
    build([write("a.txt", PLAIN)], config, tmp_path / "out")
    assert read_dataset(tmp_path / "out").sizes()


def test_a_bad_input_leaves_the_last_dataset_as_it_was(write, gold_row, config, tmp_path):
    built = build([write("gold.jsonl", numbered(gold_row, 6))], config, tmp_path / "out")
    with pytest.raises(ArticleError):
        build([write("bad.jsonl", [{"body": "no text"}])], config, tmp_path / "out")
    assert read_dataset(tmp_path / "out").digest == built.dataset.digest
    assert {entry.name for entry in tmp_path.iterdir()} == {"gold.jsonl", "bad.jsonl", "out"}


def test_filled_in_labels_are_never_replaced(write, config, tmp_path):
    article = write("a.txt", f"{PLAIN} {CONFLICT}")
    build([article], config, tmp_path / "out")
    review = tmp_path / "out" / "review.jsonl"
    (row,) = rows(review)
    review.write_text(json.dumps({**row, "label": "disputed"}) + "\n")
    with pytest.raises(OutputError, match=r"review\.jsonl: somebody has filled in labels"):
        build([article], config, tmp_path / "out")
    assert rows(review)[0]["label"] == "disputed"


def test_a_dataset_is_never_its_own_input(write, config, tmp_path):
    write("a.txt", PLAIN)
    with pytest.raises(OutputError, match="lie one inside the other"):
        build([str(tmp_path)], config, tmp_path / "out")


def test_a_repeated_sentence_that_was_reviewed_keeps_both_places(write, config, tmp_path):
    article = write("a.txt", f"{CONFLICT} {PLAIN} {CONFLICT}")
    build([article], config, tmp_path / "out")
    listed = rows(tmp_path / "out" / "review.jsonl")
    filled = write("filled.jsonl", [{**row, "label": "disputed"} for row in listed])
    built = build([article, filled], config, tmp_path / "again")
    text = Path(article).read_text()
    sentences = [item.sentence for part in built.dataset.splits.values() for item in part]
    assert sorted(sentence.index for sentence in sentences) == [0, 1, 2]
    assert all(text[item.start : item.end] == item.text for item in sentences)
    assert built.boundaries is None  # loose sentences say nothing of where to cut


def test_two_rounds_of_review_for_one_article_are_merged(write, config, tmp_path):
    row = {"article_id": "a", "label": "denied"}
    first = write("first.jsonl", [{**row, "text": PLAIN}])
    second = write("second.jsonl", [{**row, "text": CONFLICT}])
    built = build([first, second], config, tmp_path / "out")
    assert sum(built.dataset.sizes().values()) == 2
