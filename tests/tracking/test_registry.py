"""The registry finds versions by their content, and keeps one alias: the model that predicts."""

import errno
import shutil
from dataclasses import replace
from pathlib import Path

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from claimstance.errors import ModelError, TrackingError
from claimstance.evaluation.evaluate import Request, evaluate
from claimstance.models.loading import load_classifier
from claimstance.models.store import MANIFEST, read_manifest
from claimstance.tracking import registry

pytestmark = pytest.mark.slow
NAME = "tiny-stance"


@pytest.fixture
def versions(trained):
    """The versions of both models; whatever a test does to the alias is undone."""
    found = [registry.find_version(NAME, m.manifest.digest) for m in (trained.plain, trained.tiny)]
    yield found
    MlflowClient().delete_registered_model_alias(NAME, registry.CHAMPION)


@pytest.fixture
def evaluated(trained, tiny_dataset, tiny_cues, tmp_path):
    """Evaluates both models as `claimstance eval` does; returns the report."""
    models = [trained.plain.folder, trained.tiny.folder]
    request = Request(models, tiny_dataset, tiny_cues, seeds=[], files=[], out=tmp_path / "report")
    return lambda: evaluate(request)


def test_a_version_is_found_by_the_digest_of_its_model(trained, versions):
    plain, tiny = versions
    assert (plain.number, plain.model_id) == ("1", trained.plain.manifest.id)
    assert (tiny.number, tiny.model_id) == ("2", trained.tiny.manifest.id)
    assert registry.find_version(NAME, "0" * 64) is None
    assert registry.find_version("unheard-of", plain.digest) is None


def test_without_a_champion_one_is_told_how_to_get_one(trained):
    assert registry.champion(NAME) is None
    with pytest.raises(ModelError, match='"tiny-stance" has no champion yet: run "make train'):
        registry.champion_folder(NAME)


def test_a_model_nobody_registered_has_no_champion(trained):
    assert registry.champion("unheard-of") is None


@pytest.mark.parametrize(
    ("request_", "question"),
    [
        ("get_registered_model", lambda version: registry.champion(NAME)),
        ("search_model_versions", lambda version: registry.find_version(NAME, version.digest)),
        ("set_registered_model_alias", lambda version: registry.crown(version, "any")),
    ],
)
def test_a_store_in_trouble_is_told_in_one_line(versions, monkeypatch, request_, question):
    def refuse(*args, **kwargs):
        raise MlflowException("the database is locked\nTraceback ...")

    with monkeypatch.context() as patch:
        patch.setattr(MlflowClient, request_, refuse)
        with pytest.raises(TrackingError, match=r"^sqlite:///.*\.db: the database is locked$"):
            question(versions[0])


def test_crowning_moves_the_alias_and_writes_down_why(versions):
    plain, tiny = versions
    registry.crown(plain, "it was first")
    assert registry.champion(NAME) == plain
    registry.crown(tiny, "it is better")
    assert registry.champion(NAME) == tiny
    assert MlflowClient().get_model_version(NAME, "2").tags["champion_reason"] == "it is better"


def test_a_champion_that_lies_in_models_is_used_where_it_is(trained, versions):
    registry.crown(versions[1], "for the test")
    assert registry.champion_folder(NAME) == trained.tiny.folder


def test_a_champion_that_does_not_is_fetched_from_the_store(trained, versions, tmp_path):
    folder = registry.fetch(versions[0], tmp_path / "models")
    assert folder == tmp_path / "models" / trained.plain.manifest.id
    assert read_manifest(folder) == trained.plain.manifest
    texts = ["The mayor did not open the station."]
    ours = load_classifier(trained.plain.folder).predict_proba(texts)
    assert load_classifier(folder).predict_proba(texts).tolist() == ours.tolist()


def test_a_damaged_neighbour_does_not_stand_in_the_way(trained, versions, tmp_path):
    models = tmp_path / "models"
    shutil.copytree(trained.plain.folder, models / "plain")
    (models / "another").mkdir()
    (models / "another" / MANIFEST).write_text("{")
    assert registry.fetch(versions[0], models) == models / "plain"


def test_files_that_are_gone_from_the_store_are_told(versions, tmp_path):
    gone = replace(versions[0], number="77")
    with pytest.raises(ModelError, match=r"plain-\w{8}: its files are gone from the tracking"):
        registry.fetch(gone, tmp_path / "models")


def test_a_store_that_does_not_answer_has_not_lost_the_files(versions, tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise MlflowException("the server is on fire")

    monkeypatch.setattr(mlflow.artifacts, "download_artifacts", refuse)
    with pytest.raises(TrackingError, match="the server is on fire"):
        registry.fetch(versions[0], tmp_path / "models")


def test_logged_files_without_a_model_are_told(versions, tmp_path, monkeypatch):
    (tmp_path / "logged").mkdir()
    monkeypatch.setattr(mlflow.artifacts, "download_artifacts", lambda uri: tmp_path / "logged")
    with pytest.raises(ModelError, match=r"gone from the tracking store \(no claimstance\.json\)"):
        registry.fetch(versions[0], tmp_path / "models")


def test_a_fetch_that_fails_halfway_leaves_nothing(versions, tmp_path, monkeypatch):
    def cut_short(source, target, **_):
        Path(target).mkdir(parents=True)
        (Path(target) / MANIFEST).write_text("{")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copytree", cut_short)
    expected = r"models/plain-\w{8}: cannot be written \(No space left on device\); free some"
    with pytest.raises(ModelError, match=expected):
        registry.fetch(versions[0], tmp_path / "models")
    assert list((tmp_path / "models").iterdir()) == []


def test_models_that_cannot_be_a_folder_are_told(versions, tmp_path):
    (tmp_path / "models").write_text("a file in its place")
    with pytest.raises(ModelError, match=r"plain-\w{8}: cannot be written \(File exists\)"):
        registry.fetch(versions[0], tmp_path / "models")


def test_a_version_registered_by_hand_takes_the_place_of_no_other(trained, versions, tmp_path):
    (tmp_path / "models" / "another").mkdir(parents=True)
    folder = registry.fetch(replace(versions[0], model_id="", digest=""), tmp_path / "models")
    assert folder == tmp_path / "models" / trained.plain.manifest.id
    assert (tmp_path / "models" / "another").is_dir()


def test_evaluation_crowns_a_first_champion_and_then_keeps_it(evaluated, versions):
    first = evaluated()
    plain = versions[0]  # the small training set suits it better
    assert registry.champion(NAME) == plain
    assert f"{plain.model_id} is the first champion" in first.champion
    tags = MlflowClient().get_model_version(NAME, plain.number).tags
    assert tags["champion_reason"] == first.champion

    again = evaluated()
    assert registry.champion(NAME) == plain
    assert f"{plain.model_id} stays champion" in again.champion


def test_evaluation_replaces_a_champion_that_is_clearly_worse(evaluated, versions):
    plain, tiny = versions
    registry.crown(tiny, "somebody liked it")
    report = evaluated()
    assert registry.champion(NAME) == plain
    assert f"{plain.model_id} replaces {tiny.model_id}" in report.champion


def test_a_champion_that_is_not_under_evaluation_is_compared_all_the_same(
    trained, versions, tiny_dataset, tiny_cues, tmp_path
):
    plain, tiny = versions
    registry.crown(plain, "it was first")
    request = Request([trained.tiny.folder], tiny_dataset, tiny_cues, [], [], tmp_path / "report")
    report = evaluate(request)
    assert f"{plain.model_id} stays champion: {tiny.model_id} has" in report.champion
    assert Path(tmp_path / "report" / "report.md").is_file()
