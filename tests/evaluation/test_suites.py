"""What may be measured on: gold of the test split, and files without what was trained on."""

import json
from pathlib import Path

import pytest

from claimstance.errors import LabelError, ModelError
from claimstance.evaluation.contenders import check_split
from claimstance.evaluation.suites import file_suite, gold_of, split_suites, trained_texts
from claimstance.labelling.dataset import Provenance, make_dataset
from claimstance.labelling.lexicon import Lexicon
from claimstance.labelling.splits import Split
from claimstance.models.store import seal
from claimstance.models.yardsticks import RulesAlone
from claimstance.records import LabelledSentence, Origin, Sentence, Stance

SEEN = "The mayor’s office denied the report."
NEW = "The ferry sank at noon."


def item(text, article="a", origin=Origin.GOLD, group=False):
    return LabelledSentence(
        Sentence(article, 0, 0, len(text), text), Stance.DENIED, origin, group=group
    )


@pytest.fixture(scope="module")
def rules():
    return RulesAlone(Lexicon.load(Path("configs/cues.yaml")))


@pytest.fixture
def dataset():
    test = [item("One."), item("Two.", "g", group=True), item("Three.", origin=Origin.RULE)]
    return make_dataset({Split.TRAIN: [item(SEEN)], Split.VALIDATION: [], Split.TEST: test})


def labelled(path, *texts):
    rows = [{"text": text, "label": "denied", "article_id": "a"} for text in texts]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_only_gold_is_measured_on_and_groups_once_more_by_themselves(dataset, rules):
    test, groups = split_suites(dataset, rules)
    assert test.texts == ["One.", "Two."]
    assert test.unit == "text"
    assert groups.texts == ["Two."]
    assert groups.unit == "group"


def test_a_split_without_gold_says_what_to_do(dataset):
    with pytest.raises(LabelError, match="validation split has no gold sentences; add labelled"):
        gold_of(dataset, Split.VALIDATION)


def test_what_was_trained_on_is_left_out_of_a_file_and_counted(dataset, rules, tmp_path):
    # The same sentence with other quotation marks is the same sentence to a model.
    path = labelled(tmp_path / "mine.gold.jsonl", SEEN.replace("’", "'"), NEW)
    suite = file_suite(path, rules, trained_texts(dataset))
    assert suite.name == "mine"
    assert suite.texts == [NEW]
    assert "1 that were trained on are left out" in suite.description


def test_a_file_of_nothing_but_training_sentences_is_refused(dataset, rules, tmp_path):
    with pytest.raises(LabelError, match="every sentence was trained on"):
        file_suite(labelled(tmp_path / "mine.jsonl", SEEN), rules, trained_texts(dataset))


def test_a_model_that_was_trained_under_another_split_is_refused(tmp_path):
    (tmp_path / "weights").write_text("w")
    facts = {"kind": "baseline", "name": "m", "temperature": 1.0, "dataset": "d", "commit": "c"}
    seal(tmp_path, **facts, split_rule="7:0.1:0.1")
    check_split(tmp_path, Provenance((), "7:0.1:0.1"))
    with pytest.raises(ModelError, match="another split of the articles"):
        check_split(tmp_path, Provenance((), "8:0.1:0.1"))
