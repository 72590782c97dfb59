"""Gold where there is gold, rules elsewhere, a review list for the rest."""

import json

import pytest

from claimstance.errors import LabelError
from claimstance.labelling.label import label_inputs
from claimstance.records import Origin, Stance

PLAIN = "The harbour reopened on Monday."
DENIAL = "The mayor denied that the pier had burned."
CONFLICT = "The mayor denied it, which the council disputed."


def test_gold_wins_over_the_rules_and_keeps_their_votes(write, gold_row, lexicon):
    path = write("gold.jsonl", [gold_row("g", (DENIAL, "asserted"))])
    (item,) = label_inputs([path], lexicon, 1000).items
    assert (item.stance, item.origin) == (Stance.ASSERTED, Origin.GOLD)
    assert Stance.DENIED in {vote.stance for vote in item.votes}


def test_unlabelled_articles_get_rule_labels_and_the_rest_is_for_a_person(write, lexicon):
    labelled = label_inputs([write("a.txt", f"{PLAIN} {DENIAL} {CONFLICT}")], lexicon, 1000)
    assert [(item.sentence.text, item.stance) for item in labelled.items] == [
        (PLAIN, Stance.ASSERTED),
        (DENIAL, Stance.DENIED),
    ]
    assert all(item.origin is Origin.RULE and item.votes for item in labelled.items)
    (undecided,) = labelled.undecided
    assert undecided.sentence.text == CONFLICT
    assert undecided.reason.startswith("conflict: ")
    assert {vote.rule for vote in undecided.votes} >= {"denial", "dispute"}


def test_every_sentence_is_labelled_or_undecided_and_none_is_both(write, lexicon):
    texts = [f"{PLAIN} {CONFLICT} {DENIAL} Story number {number}." for number in range(20)]
    path = write("rows.jsonl", [{"id": f"r{n}", "text": text} for n, text in enumerate(texts)])
    labelled = label_inputs([path], lexicon, 1000)
    decided = [(item.sentence.article_id, item.sentence.index) for item in labelled.items]
    open_ = [(item.sentence.article_id, item.sentence.index) for item in labelled.undecided]
    assert sorted(decided + open_) == sorted((f"r{n}", i) for n in range(20) for i in range(4))


def test_a_reviewed_row_becomes_gold_beside_its_article(write, lexicon):
    article = write("rows.jsonl", [{"id": "r1", "text": f"{PLAIN} {CONFLICT}"}])
    reviewed = write("review.jsonl", [{"text": CONFLICT, "label": "disputed", "article_id": "r1"}])
    labelled = label_inputs([article, reviewed], lexicon, 1000)
    origins = {item.sentence.text: item.origin for item in labelled.items}
    assert origins == {PLAIN: Origin.RULE, CONFLICT: Origin.GOLD}
    assert not labelled.undecided


def test_two_articles_with_one_id_and_different_texts_are_an_error(write, lexicon):
    rows = [{"id": "x", "text": PLAIN}, {"id": "x", "text": DENIAL}]
    for inputs in ([write("rows.jsonl", rows)], [write(f"{n}.jsonl", [rows[n]]) for n in (0, 1)]):
        with pytest.raises(LabelError, match='two articles with the id "x"'):
            label_inputs(inputs, lexicon, 1000)


def test_an_article_that_comes_twice_is_read_once(write, lexicon):
    path = write("rows.jsonl", [{"text": PLAIN}, {"text": PLAIN}])
    assert len(label_inputs([path], lexicon, 1000).items) == 1


def test_two_gold_files_with_one_article_are_an_error(write, gold_row, lexicon):
    paths = [write(name, [gold_row("g", (PLAIN, "asserted"))]) for name in ("a.jsonl", "b.jsonl")]
    with pytest.raises(LabelError, match=r'b\.jsonl: a second article with the id "g"'):
        label_inputs(paths, lexicon, 1000)


def test_cuts_are_compared_for_running_articles_only(write, gold_row, lexicon):
    pairs = ((PLAIN, "asserted"), (DENIAL, "denied"))
    rows = [gold_row("article", *pairs), gold_row("group", *pairs, rule="contrast")]
    labelled = label_inputs([write("gold.jsonl", rows)], lexicon, 1000)
    assert len(labelled.alignments) == 1
    assert [item.group for item in labelled.items] == [False, False, True, True]


def test_a_rows_file_is_gold_by_its_first_row_and_plain_without_labels(tmp_path, write, lexicon):
    path = write("rows.jsonl", [{"text": PLAIN}, {"text": DENIAL}])
    assert {item.origin for item in label_inputs([path], lexicon, 1000).items} == {Origin.RULE}
    (tmp_path / "rows.jsonl").write_text(json.dumps({"text": PLAIN, "stance": "asserted"}))
    assert {item.origin for item in label_inputs([path], lexicon, 1000).items} == {Origin.GOLD}
