"""Runs go to a local file, or to the server that MLFLOW_TRACKING_URI names; a dead one is told."""

import http.server
import socket
import threading

import pytest

from claimstance.errors import TrackingError
from claimstance.tracking import store


@pytest.fixture
def closed_port():
    """A port of this machine on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture
def broken_server():
    """A server that answers every request with 503."""

    class Broken(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_error(503)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Broken)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def refusal():
    with pytest.raises(TrackingError) as caught:
        store.connect()
    said = str(caught.value)
    assert "\n" not in said
    return said


def test_the_local_store_lies_where_one_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert store.tracking_uri() == f"sqlite:///{tmp_path.resolve()}/mlruns/mlflow.db"
    assert list(tmp_path.iterdir()) == []


def test_an_empty_variable_counts_as_none(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "")
    assert store.tracking_uri().startswith("sqlite:///")


def test_the_variable_names_the_server(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://tracking.example:5000")
    assert store.tracking_uri() == "http://tracking.example:5000"


def test_a_server_that_is_not_there_is_named_with_what_to_do(closed_port, monkeypatch):
    uri = f"http://127.0.0.1:{closed_port}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    assert refusal() == (
        f"{uri}: tracking server not reachable (ConnectionError); "
        "start it, or unset MLFLOW_TRACKING_URI to track in ./mlruns"
    )


def test_a_server_in_trouble_is_named_with_its_answer(broken_server, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", broken_server)
    assert refusal().startswith(f"{broken_server}: tracking server answers 503; start it, or")


def test_a_folder_that_cannot_be_made_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mlruns").write_text("a file in its place")
    said = refusal()
    assert said.startswith(f"{tmp_path.resolve()}/mlruns: cannot be written (File exists); ")
    assert "MLFLOW_TRACKING_URI" in said
