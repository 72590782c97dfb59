"""The same training against a real MLflow server, as a newsroom would run one."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import mlflow
import pytest
import requests

from claimstance.models.loading import load_classifier
from claimstance.tracking import registry, store
from claimstance.training import train

pytestmark = pytest.mark.slow


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _answers(uri):
    try:
        return requests.get(f"{uri}/health", timeout=5).ok
    except requests.RequestException:
        return False


@pytest.fixture
def server(empty_database, tmp_path):
    """The address of a server with a database and an artifact folder of its own."""
    folder = tmp_path / "server"
    folder.mkdir()
    shutil.copy(empty_database, folder / "server.db")
    uri = f"http://127.0.0.1:{(port := _free_port())}"
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder / 'server.db'}"]
    command += ["--artifacts-destination", str(folder / "artifacts")]
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, start_new_session=True
        )
    while not _answers(uri):
        assert process.poll() is None, (folder / "log.txt").read_text()
        time.sleep(0.2)
    yield uri
    os.killpg(process.pid, signal.SIGTERM)  # the group is the server's own, with its worker
    process.wait()


def test_a_training_is_tracked_there_and_its_champion_comes_back(
    server, written, baseline_config, tmp_path, monkeypatch
):
    desk, other_desk = tmp_path / "desk", tmp_path / "other-desk"
    desk.mkdir()
    other_desk.mkdir()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server)
    monkeypatch.chdir(desk)
    trained = train(written(baseline_config))
    assert {path.name for path in desk.iterdir()} == {"models"}

    (run,) = mlflow.MlflowClient(server).search_runs(
        [mlflow.get_experiment_by_name("tiny-experiment").experiment_id]
    )
    assert run.info.status == "FINISHED"
    version = registry.find_version("tiny-stance", trained.manifest.digest)
    registry.crown(version, "the only one")

    monkeypatch.chdir(other_desk)
    store.connect()
    folder = registry.champion_folder("tiny-stance")
    assert folder.resolve() == other_desk / "models" / trained.manifest.id
    texts = ["The mayor did not open the station."]
    ours = load_classifier(desk / trained.folder).predict_proba(texts)
    assert load_classifier(folder).predict_proba(texts).tolist() == ours.tolist()
