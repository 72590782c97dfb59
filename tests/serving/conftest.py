"""A model that reads single words, and the application around it, in this process."""

import re
import signal
import subprocess
import sys

import numpy as np
import pytest
import sentencex  # noqa: F401 (heavy: outside the timed tests)
from starlette.testclient import TestClient

from claimstance.models.classifier import Answers
from claimstance.records import FoundSpans, Span
from claimstance.serving.app import Reader, make_app
from claimstance.serving.guard import LOOPBACK
from claimstance.serving.limits import Limits

COMMAND = [sys.executable, "-c", "from claimstance.cli import main; main()", "serve"]
NONE = Span("", None, None, 0.9)


class Finder:
    """Denied where a word says so; that word is the cue. Notes the texts it was given."""

    id = "finder-0123"

    def __init__(self):
        self.texts = []

    def predict_proba(self, texts):
        return self.answer(texts).probabilities

    def answer(self, texts):
        self.texts += texts
        rows = [
            [0.1, 0.7, 0.1, 0.1] if "denied" in text else [0.7, 0.1, 0.1, 0.1] for text in texts
        ]
        return Answers(np.array(rows).reshape(-1, 4), [self._spans(text) for text in texts])

    def _spans(self, text):
        found = re.search("denied", text)
        cue = Span(found[0], *found.span(), 0.9) if found else NONE
        return FoundSpans(NONE, cue, NONE)


@pytest.fixture
def classifier():
    return Finder()


@pytest.fixture
def client(classifier):
    """Makes a client; `limits` are those of the application."""

    def client(hosts=LOOPBACK, model=classifier, **limits):
        app = make_app(Reader(model), Limits(**limits), hosts)
        return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)

    return client


@pytest.fixture(scope="module")
def serving(plain_model):
    """Starts the command in a process of its own; its address and the process."""
    processes = []

    def serving(*options):
        command = [*COMMAND, "--model", str(plain_model), "--port", "0", *options]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        processes.append(process)
        first = process.stderr.readline()
        address = re.search(r"http://\S+", first)
        assert address, first + process.stderr.read()
        return address[0], process

    yield serving
    for process in processes:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
