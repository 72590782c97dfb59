"""A model folder is sealed with checksums; whatever changes in it afterwards is noticed."""

import json

import pytest
import sklearn.linear_model  # noqa: F401 (heavy: outside the timed tests)

from claimstance.errors import ModelError
from claimstance.models.baseline import fit_baseline
from claimstance.models.loading import load_classifier
from claimstance.models.store import MANIFEST, read_manifest, seal
from claimstance.records import LABEL_NAMES

ABOUT = {"kind": "baseline", "name": "plain", "temperature": 1.5, "dataset": "d1", "commit": "c1"}


@pytest.fixture
def folder(tmp_path):
    """Two files that stand for a model."""
    (tmp_path / "weights.bin").write_bytes(bytes(100))
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "words.txt").write_text("did\nnot\n")
    return tmp_path


@pytest.fixture
def model(baseline_config, toy, tmp_path):
    """A real model, sealed."""
    fit_baseline(baseline_config, *toy).save(tmp_path)
    seal(tmp_path, **ABOUT)
    return tmp_path


def refusal(folder):
    """What loading says: one line that names the file and the next command."""
    with pytest.raises(ModelError) as caught:
        load_classifier(folder)
    said = str(caught.value)
    assert said.startswith(str(folder))
    assert "\n" not in said
    return said.removeprefix(str(folder))


def change_manifest(folder, **changes):
    path = folder / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_the_manifest_says_what_the_model_is_and_covers_every_file(folder):
    manifest = seal(folder, **ABOUT)
    assert read_manifest(folder) == manifest
    assert set(manifest.files) == {"weights.bin", "deep/words.txt"}
    assert (manifest.kind, manifest.name, manifest.temperature) == ("baseline", "plain", 1.5)
    assert (manifest.dataset_digest, manifest.git_commit) == ("d1", "c1")
    assert manifest.labels == LABEL_NAMES


def test_the_id_is_the_name_and_the_beginning_of_the_digest(folder):
    manifest = seal(folder, **ABOUT)
    assert len(manifest.digest) == 64
    assert manifest.id == f"plain-{manifest.digest[:8]}"


def test_the_digest_depends_on_the_files_alone(folder):
    first = seal(folder, **ABOUT)
    again = seal(folder, **ABOUT | {"commit": "c2", "dataset": "d2"})
    assert again.digest == first.digest

    (folder / "weights.bin").write_bytes(bytes(99) + b"\x01")
    assert seal(folder, **ABOUT).digest != first.digest


def test_the_digest_counts_a_files_name(folder):
    first = seal(folder, **ABOUT)
    (folder / "weights.bin").rename(folder / "other.bin")
    assert seal(folder, **ABOUT).digest != first.digest


def test_a_sealed_model_loads_and_answers_under_its_id(model, toy):
    classifier = load_classifier(model)
    assert classifier.id == read_manifest(model).id
    assert classifier.predict_proba(toy[0][:3]).shape == (3, 4)


@pytest.mark.parametrize("position", [0, -1])
def test_a_flipped_byte_is_noticed(model, position):
    path = model / "model.skops"
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)
    assert refusal(model) == "/model.skops: damaged; train the model again with: make train"


def test_a_missing_file_is_noticed(model):
    (model / "cues.yaml").unlink()
    assert refusal(model) == "/cues.yaml: missing; train the model again with: make train"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"null", b'"labels"', b"\xff\xfe"])
def test_a_manifest_that_is_none_is_damaged(model, content):
    (model / MANIFEST).write_bytes(content)
    assert refusal(model) == f"/{MANIFEST}: damaged; train the model again with: make train"


@pytest.mark.parametrize(
    "changes",
    [{"files": None}, {"files": ["model.skops"]}, {"temperature": "warm"}, {"kind": "oracle"}],
)
def test_a_manifest_with_a_value_of_the_wrong_type_is_damaged(model, changes):
    change_manifest(model, **changes)
    assert refusal(model) == f"/{MANIFEST}: damaged; train the model again with: make train"


def test_a_model_of_other_labels_is_refused(model):
    change_manifest(model, labels=["denied", "asserted", "disputed", "no_claim"])
    said = refusal(model)
    assert said.startswith(f"/{MANIFEST}: labels are ('denied', 'asserted'")
    assert "expected ('asserted', 'denied'" in said


def test_a_folder_without_a_model_names_the_command_that_makes_one(tmp_path):
    assert refusal(tmp_path) == f": no model here (no {MANIFEST}); train one with: make train"
    assert "no model here" in refusal(tmp_path / "gone")
