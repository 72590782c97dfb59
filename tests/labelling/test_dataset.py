"""The dataset on disk: what is written comes back, and damage is told."""

import json

import pytest

from claimstance.errors import LabelError
from claimstance.labelling.dataset import (
    make_dataset,
    read_dataset,
    read_provenance,
    write_dataset,
    write_jsonl,
)
from claimstance.labelling.splits import WRITTEN_SPLITS, Split
from claimstance.records import (
    LABEL_NAMES,
    STANCES,
    LabelledSentence,
    Origin,
    Sentence,
    Spans,
    Stance,
    Vote,
)


def item(number, stance=Stance.DENIED, **fields):
    text = f"Émile “{number}” denied\nit – twice. 🚢"
    sentence = Sentence(f"a{number}", number, 3, 3 + len(text), text)
    return LabelledSentence(sentence, stance, Origin.GOLD, **fields)


@pytest.fixture
def dataset():
    rich = item(
        1,
        votes=(Vote("denial", Stance.DENIED, 10, 16),),
        spans=Spans("Émile", "denied", "it"),
        domain="war",
        group=True,
    )
    train = [rich, *(item(2 + stance.id, stance) for stance in STANCES)]
    splits = {Split.TRAIN: train, Split.VALIDATION: [item(9)], Split.TEST: []}
    return make_dataset(splits)


@pytest.fixture
def folder(dataset, tmp_path):
    write_dataset(dataset, tmp_path)
    return tmp_path


def test_parquet_gives_back_what_was_written(dataset, folder):
    back = read_dataset(folder)
    assert {split: list(back.splits[split]) for split in WRITTEN_SPLITS} == dict(dataset.splits)
    assert back.digest == dataset.digest


def test_the_dataset_dict_loads_with_named_labels(dataset, folder):
    import datasets

    loaded = datasets.load_from_disk(str(folder / "dataset"))
    assert set(loaded) == {"train", "validation", "test"}
    assert all(part.features["label"].names == list(LABEL_NAMES) for part in loaded.values())
    assert loaded["train"]["label"] == [item.stance.id for item in dataset.splits[Split.TRAIN]]
    assert loaded["train"][0]["text"] == dataset.splits[Split.TRAIN][0].sentence.text
    assert len(loaded["test"]) == 0


def test_order_and_content_make_the_digest(dataset):
    turned = {**dataset.splits, Split.TRAIN: dataset.splits[Split.TRAIN][::-1]}
    moved = {**dataset.splits, Split.TEST: [item(9)], Split.VALIDATION: []}
    digests = {dataset.digest, make_dataset(turned).digest, make_dataset(moved).digest}
    assert len(digests) == 3
    assert make_dataset(dict(dataset.splits)).digest == dataset.digest


def test_a_missing_split_names_the_next_command(folder):
    (folder / "test.parquet").unlink()
    with pytest.raises(LabelError, match=r'test\.parquet not found: run "make data"'):
        read_dataset(folder)


@pytest.mark.parametrize("damage", ["junk", "other columns", "unknown label"])
def test_a_damaged_split_is_told(folder, damage):
    import pandas as pd

    path = folder / "train.parquet"
    frame = pd.read_parquet(path)
    if damage == "junk":
        path.write_bytes(b"PAR1 and nothing more")
    elif damage == "other columns":
        frame[["text", "label"]].to_parquet(path)
    else:
        frame.assign(label="affirmed").to_parquet(path)
    with pytest.raises(LabelError, match=r"train\.parquet: damaged .*: make -B data"):
        read_dataset(folder)


def test_the_provenance_is_read_from_the_summary(tmp_path):
    summary = {"inputs": ["a.jsonl", "b.txt"], "split_rule": "7:0.1:0.1"}
    (tmp_path / "summary.json").write_text(json.dumps(summary))
    provenance = read_provenance(tmp_path)
    assert provenance.inputs == ("a.jsonl", "b.txt")
    assert provenance.split_rule == "7:0.1:0.1"


@pytest.mark.parametrize("content", [None, "", "{", "[]", "{}", '{"inputs": null}'])
def test_a_missing_or_damaged_summary_is_told(content, tmp_path):
    if content is not None:
        (tmp_path / "summary.json").write_text(content)
    with pytest.raises(LabelError, match=r"summary\.json(: damaged| not found)"):
        read_provenance(tmp_path)


def test_json_lines_keep_every_character(tmp_path):
    rows = [{"text": "“Ça va?” 🚢\nline"}, {"text": "b"}]
    assert write_jsonl(rows, tmp_path / "x.jsonl") == 2
    lines = (tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == rows
