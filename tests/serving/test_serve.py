"""The command in a process of its own: a flood, an interruption, what keeps it from starting."""

import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from .conftest import COMMAND

pytestmark = pytest.mark.slow

TEXT = "The mayor denied that the bridge was safe. "


def run(*options):
    command = [*COMMAND, *map(str, options)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def server(serving):
    return serving()


@pytest.mark.parametrize("path", ["/predict", "/"])
def test_a_flood_ends_with_answers_and_refusals(server, path):
    address, process = server
    start = threading.Barrier(200)

    def post(number):
        start.wait()
        # Each another text, or the model would compute one.
        content = {"text": f"{number} {TEXT}" * 400}
        form = {"json": content} if path == "/predict" else {"data": content}
        return requests.post(address + path, timeout=60, **form)

    with ThreadPoolExecutor(200) as pool:
        answers = [*pool.map(post, range(200))]
    found = Counter(answer.status_code for answer in answers)
    assert found.keys() <= {200, 503}
    assert found[200] >= 17  # one at the desk and sixteen waiting, at the least
    for answer in answers:
        if answer.status_code == 503:
            assert "try again" in answer.json()["error"]
            assert int(answer.headers["retry-after"]) > 0
    assert process.poll() is None
    assert requests.post(f"{address}/predict", json={"text": TEXT}, timeout=60).status_code == 200


def test_an_interruption_ends_it_cleanly(serving):
    address, process = serving()
    with ThreadPoolExecutor() as pool:
        text = "".join(f"{number} {TEXT}" for number in range(1_900))
        long = pool.submit(requests.post, f"{address}/predict", json={"text": text}, timeout=60)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        assert long.result().status_code == 200  # what is under way is still answered
    _, told = process.communicate(timeout=30)
    assert (process.returncode, told) == (0, "stopped\n")


def test_what_it_is_told(serving):
    address, _ = serving("--min-confidence", "1", "--max-chars", "50")
    (row,) = requests.post(f"{address}/predict", json={"text": TEXT}, timeout=60).json()["rows"]
    assert row["abstained"]
    long = requests.post(f"{address}/predict", json={"text": TEXT * 2}, timeout=60)
    assert (long.status_code, "50 characters" in long.json()["error"]) == (413, True)


def test_a_port_that_is_taken(plain_model):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("--model", plain_model, "--port", port)
    assert ended.returncode == 2
    assert ended.stderr == (
        f"error: 127.0.0.1:{port}: cannot listen there (Address already in use); "
        "try another --port\n"
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--model", "nowhere"), "error: nowhere"),
        (("--host", "no.such.host.invalid"), "error: no.such.host.invalid:8080: cannot listen"),
        (("--host", "203.0.113.1"), "error: 203.0.113.1:8080: cannot listen"),
    ],
)
def test_what_keeps_it_from_starting_is_one_line(plain_model, options, words):
    ended = run("--model", plain_model, *options)
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert ended.stderr.startswith(words)
