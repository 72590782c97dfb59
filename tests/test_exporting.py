"""A transformer gets its engine: measured, kept where it agrees, and never at a model's cost."""

import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch
import transformers

from claimstance import exporting
from claimstance.errors import ModelError, OutputError
from claimstance.exporting import add_engine, export, try_engine
from claimstance.labelling.dataset import read_dataset
from claimstance.models import agreement, exits, loading, store
from claimstance.models.baseline import fit_baseline
from claimstance.models.loading import files_needed, load_classifier
from claimstance.models.onnx_engine import FLOAT32, INT8, PLAIN, OnnxClassifier
from claimstance.models.store import ENGINE, read_manifest, seal
from claimstance.models.transformer import TransformerClassifier

TEXTS = ["The mayor did not open the station.", "It is unclear whether the army opened the town."]
ABOUT = {"name": "tiny", "temperature": 1.0, "dataset": "d", "commit": "c"}


@pytest.fixture(scope="module")
def dataset(tiny_dataset):
    return read_dataset(tiny_dataset)


@pytest.fixture
def folder(sure_model, tmp_path):
    """The model in its folder, sealed, without an engine."""
    folder = tmp_path / "tiny"
    sure_model.save(folder)
    seal(folder, kind="transformer", **ABOUT)
    return folder


@pytest.fixture
def exported(tiny_engine, tmp_path):
    """A copy of it with its engine, that a test may damage."""
    return shutil.copytree(tiny_engine, tmp_path / "exported")


def files(folder):
    return {path.name for path in folder.iterdir()} & ENGINE


def test_an_engine_is_measured_and_answers_from_then_on(folder, tiny_dataset, sure_model):
    before = read_manifest(folder)
    assert isinstance(load_classifier(folder), TransformerClassifier)
    engines = export(folder, tiny_dataset)
    assert set(engines) == {"onnx", "int8", "exits"}
    assert all(found.holds for found in engines.values())
    assert 0 < engines["int8"].passed_on < 0.5
    assert engines["int8"].sentences == 78
    assert agreement.read(folder) == engines
    pieces = {INT8, "model-int8-1.onnx", PLAIN}  # a model with two layers is cut once
    assert files(folder) == {FLOAT32, *pieces, exits.FILE, agreement.FILE}

    after = read_manifest(folder)
    assert after.digest == before.digest  # it is still the same model
    assert after.files.keys() - before.files.keys() == files(folder)
    classifier = load_classifier(folder)
    assert re.fullmatch(rf"{before.id}-int8-[0-9a-f]{{8}}", classifier.id)
    assert classifier.predict_proba(TEXTS) == pytest.approx(
        sure_model.predict_proba(TEXTS), abs=0.05
    )


def test_exporting_again_gives_the_same_files(exported, tiny_dataset):
    first = read_manifest(exported)
    (exported / INT8).write_bytes(b"damaged")
    (exported / "README.md").write_text("a card, written by an evaluation")
    export(exported, tiny_dataset)
    assert read_manifest(exported) == first


@pytest.mark.parametrize(("spoilt", "which"), [("onnx", 1), ("int8", 2), ("exits", 1)])
def test_an_engine_that_does_not_agree_is_left_out(
    spoilt, which, folder, tiny_dataset, monkeypatch
):
    compare, engine = agreement.compare, ["onnx", "int8", "exits"].index(spoilt)
    calls = []

    def spoil(*arguments, **shares):
        calls.append(arguments)
        bad = len(calls) == 2 * engine + which  # compared with spans, and without
        return replace(compare(*arguments, **shares), flipped=1.0 if bad else 0.0)

    monkeypatch.setattr(agreement, "compare", spoil)
    monkeypatch.setattr(exporting, "_LEADS", (0.5,))
    engines = export(folder, tiny_dataset)
    assert not engines[spoilt].holds
    assert agreement.read(folder) == engines  # the folder says why
    pieces = {INT8, "model-int8-1.onnx", PLAIN}
    expected = {"onnx": set(), "int8": {FLOAT32}, "exits": {FLOAT32, *pieces}}[spoilt]
    assert files(folder) == {*expected, agreement.FILE}
    suffix = {"onnx": "", "int8": "-onnx-........", "exits": "-int8-........"}[spoilt]
    assert re.fullmatch(f"{read_manifest(folder).id}{suffix}", load_classifier(folder).id)


def test_float32_gets_more_until_int8_agrees(folder, tiny_dataset, monkeypatch):
    compare, calls = agreement.compare, []

    def spoil(*arguments):
        calls.append(arguments)  # float32 twice, then int8
        return replace(compare(*arguments), missed=1.0 if len(calls) in (3, 4, 5) else 0.0)

    monkeypatch.setattr(agreement, "compare", spoil)
    engines = export(folder, tiny_dataset)
    leads = exporting._LEADS
    assert engines["int8"].lead == engines["exits"].lead == leads[2]
    assert load_classifier(folder).lead == leads[2]


def test_what_exits_answer_is_counted(folder, tiny_dataset, monkeypatch):
    monkeypatch.setattr("claimstance.models.exit_training.EXITS_MAY_MISS", 1.0)
    monkeypatch.setattr("claimstance.models.exit_training.MARGIN", 0.0)
    monkeypatch.setattr(agreement, "MAX_FLIPPED", 1.0)
    monkeypatch.setattr(agreement, "MAX_MISSED", 1.0)
    monkeypatch.setattr(agreement, "MAX_MACRO_F1_LOST", 1.0)
    monkeypatch.setattr(exporting, "_LEADS", (-np.inf,))
    assert export(folder, tiny_dataset)["exits"].early > 0.9


def test_one_may_choose_what_computes(exported):
    name = read_manifest(exported).id
    assert load_classifier(exported, "torch").id == name
    assert load_classifier(exported, "onnx").id.startswith(f"{name}-int8-")


def test_with_a_gpu_pytorch_is_taken_unless_onnx_was_asked_for(exported, monkeypatch):
    monkeypatch.setattr(loading, "_gpu", lambda: True)
    assert isinstance(load_classifier(exported), TransformerClassifier)
    assert isinstance(load_classifier(exported, "onnx"), OnnxClassifier)


def test_without_an_engine_one_is_told_how_to_make_it(folder):
    with pytest.raises(ModelError) as caught:
        load_classifier(folder, "onnx")
    expected = f"{folder}: has no ONNX engine; make one with: claimstance export {folder}"
    assert str(caught.value) == expected


@pytest.mark.parametrize("name", [FLOAT32, INT8, exits.FILE, agreement.FILE])
@pytest.mark.parametrize("state", ["damaged", "missing"])
def test_a_damaged_engine_is_noticed(name, state, exported):
    path = exported / name
    if state == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-9] + b"x" * 9)
    with pytest.raises(ModelError) as caught:
        load_classifier(exported)
    advice = f"make the engine again with: claimstance export {exported}"
    assert str(caught.value) == f"{path}: {state}; {advice}"
    assert load_classifier(exported, "torch").id == read_manifest(exported).id


@pytest.mark.parametrize("runtime", ["auto", "torch"])
def test_a_folder_with_what_is_needed_alone_can_be_loaded(runtime, exported, tmp_path):
    (tmp_path / "sent").mkdir()
    for name in files_needed(exported, runtime):
        shutil.copy(exported / name, tmp_path / "sent")
    chosen = "onnx" if runtime == "auto" else "torch"
    assert load_classifier(tmp_path / "sent", chosen).id == load_classifier(exported, chosen).id


def test_what_pytorch_alone_needs_is_not_read_for_the_engine(exported):
    (exported / "model.safetensors").unlink()
    assert load_classifier(exported).predict_proba(TEXTS).shape == (2, 4)
    with pytest.raises(ModelError, match=r"model\.safetensors: missing; train the model again"):
        load_classifier(exported, "torch")


def test_a_baseline_has_no_engine(baseline_config, toy, tiny_dataset, dataset, tmp_path):
    classifier = fit_baseline(baseline_config, *toy)
    classifier.save(tmp_path)
    seal(tmp_path, kind="baseline", **ABOUT)
    assert add_engine(classifier, tmp_path, dataset) == {}
    with pytest.raises(ModelError, match="holds a baseline; only a transformer has an engine"):
        export(tmp_path, tiny_dataset)


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("no such operator\nat line 3"),
        KeyError(),
    ],
)
def test_a_failed_export_loses_no_training(error, sure_model, folder, dataset, monkeypatch, capsys):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("claimstance.models.export.write_graph", fail)
    assert try_engine(sure_model, folder, dataset) == {}
    said = capsys.readouterr().err
    assert said.startswith(f"no ONNX engine, PyTorch will predict: {folder}: cannot be exported")
    assert said.count("\n") == 1
    assert files(folder) == set()


def test_what_agreed_before_a_failure_is_kept(folder, tiny_dataset, monkeypatch, capsys):
    def fail(*_, **__):
        raise RuntimeError("no such operator")

    monkeypatch.setattr("claimstance.models.quantise.quantise", fail)
    engines = export(folder, tiny_dataset)
    assert set(engines) == {"onnx"}
    assert files(folder) == {FLOAT32, agreement.FILE}
    assert "not as fast as others are (no such operator)" in capsys.readouterr().err
    assert load_classifier(folder, "onnx").predict_proba(TEXTS).shape == (2, 4)


def test_exporting_takes_no_other_file_for_a_part_of_the_model(exported, tiny_dataset):
    before = read_manifest(exported)
    (exported / "note.txt").write_text("not the model's")
    (exported / "config.json").write_text("{}")  # damaged: nobody may bless it
    store.reseal(exported)
    assert read_manifest(exported) == before


def test_a_full_disk_is_no_fault_of_the_model(sure_model, folder, dataset, monkeypatch):
    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("claimstance.models.quantise.quantise", fail)
    with pytest.raises(OSError, match="No space left"):
        try_engine(sure_model, folder, dataset)


def test_a_failed_export_leaves_the_model_whole(exported, tiny_dataset, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("no such operator")

    monkeypatch.setattr("claimstance.models.export.write_graph", fail)
    with pytest.raises(ModelError, match=r"cannot be exported to ONNX \(no such operator\)$"):
        export(exported, tiny_dataset)
    assert files(exported) == set()
    assert isinstance(load_classifier(exported), TransformerClassifier)


def test_a_folder_that_cannot_be_written_is_told(exported, tiny_dataset, monkeypatch):
    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("claimstance.models.quantise.quantise", fail)
    with pytest.raises(OutputError, match=r"cannot be written \(No space left on device\); free"):
        export(exported, tiny_dataset)


@pytest.mark.slow
@pytest.mark.parametrize("family", ["deberta-v2", "modernbert", "roberta", "distilbert"])
def test_other_encoders_have_an_engine_too(family, tiny_base, dataset, tmp_path):
    model = _other(family, tiny_base, tmp_path / "base")
    folder = tmp_path / "model"
    model.save(folder)
    engines = add_engine(model, folder, dataset)
    assert engines["onnx"].holds
    assert engines["onnx"].flipped == 0
    texts = [item.sentence.text for item in dataset.splits["train"]]
    found = OnnxClassifier(folder, family, int8=False).logits(texts)
    assert found == pytest.approx(model.logits(texts), abs=1e-3)
    first = OnnxClassifier(folder, family, int8=True).first_look(texts) if "int8" in engines else 0
    assert np.isfinite(first).all()


def _other(family, tiny_base, work):
    """A random classifier of another architecture with the tiny BERT's words."""
    names = {"unk": "[UNK]", "pad": "[PAD]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"}
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_file=str(tiny_base / "tokenizer.json"),
        model_max_length=32,
        **{f"{role}_token": token for role, token in names.items()},
    )
    ids = {f"{role}_token_id": tokenizer.convert_tokens_to_ids(names[role]) for role in names}
    del ids["unk_token_id"]
    sizes = {"vocab_size": len(tokenizer), "hidden_size": 32, "num_hidden_layers": 2}
    sizes |= {"num_attention_heads": 2, "intermediate_size": 64, "num_labels": 4}
    if family == "deberta-v2":
        sizes |= {"relative_attention": True, "pos_att_type": ["p2c", "c2p"], "pad_token_id": 0}
    elif family == "distilbert":
        sizes |= {"dim": 32, "n_layers": 2, "n_heads": 2, "hidden_dim": 64}
    else:
        sizes |= ids
    torch.manual_seed(0)
    config = transformers.AutoConfig.for_model(family, **sizes)
    model = transformers.AutoModelForSequenceClassification.from_config(config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(3)
    return TransformerClassifier(model, tokenizer, work.name)
