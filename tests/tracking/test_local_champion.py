"""The champion of the local store is found without MLflow, and by MLflow wherever that fails."""

import shutil
import sqlite3
import subprocess
import sys

import pytest

from claimstance.models.baseline import fit_baseline
from claimstance.models.store import seal
from claimstance.tracking import registry
from claimstance.tracking.local_champion import local_champion
from claimstance.tracking.registry import Version

NAME = "tiny-stance"


@pytest.fixture
def champion(home, baseline_config, toy):
    """The folder of a model that is registered and crowned, beside one that is registered."""
    from mlflow import MlflowClient

    client = MlflowClient()
    client.create_registered_model(NAME)
    folders = []
    for seed, name in enumerate(("one", "two")):
        folder = home / "models" / name
        folder.mkdir(parents=True)
        config = baseline_config.model_copy(update={"word_ngrams": (1, 1 + seed)})
        fit_baseline(config, *toy).save(folder)
        about = {"name": name, "temperature": 1.0, "dataset": "d", "commit": "c"}
        digest = seal(folder, kind="baseline", **about).digest
        version = client.create_model_version(NAME, folder.as_uri(), tags={"digest": digest})
        folders.append(folder)
    registry.crown(Version(NAME, str(version.version), "two", digest), "for the test")
    return folders[-1]


def test_it_is_the_one_that_mlflow_names(champion):
    assert local_champion(NAME).resolve() == champion
    assert registry.champion_folder(NAME).resolve() == champion


def test_a_model_nobody_registered_has_none(champion):
    assert local_champion("unheard-of") is None


def test_without_its_folder_mlflow_has_to_fetch_it(champion):
    shutil.rmtree(champion)
    assert local_champion(NAME) is None


def test_without_an_alias_there_is_none(champion):
    with sqlite3.connect("mlruns/mlflow.db") as database:
        database.execute("DELETE FROM registered_model_aliases")
    assert local_champion(NAME) is None


def test_tables_of_another_mlflow_are_left_to_it(champion):
    with sqlite3.connect("mlruns/mlflow.db") as database:
        database.execute("ALTER TABLE model_version_tags RENAME TO tags_of_tomorrow")
    assert local_champion(NAME) is None


def test_a_damaged_database_is_left_to_mlflow(champion):
    (champion.parents[1] / "mlruns" / "mlflow.db").write_bytes(b"no database" * 100)
    assert local_champion(NAME) is None


def test_another_store_is_asked_through_mlflow(champion, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")
    assert local_champion(NAME) is None


def test_where_nothing_is_tracked_nothing_is_made(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert local_champion(NAME) is None
    assert list(tmp_path.iterdir()) == []


def test_it_does_not_import_mlflow():
    code = "import sys, claimstance.tracking.local_champion; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"mlflow", "torch", "pandas", "sqlalchemy"} & set(run.stdout.split())
