"""A data configuration with a lexicon of a few phrases, and ways to write inputs."""

import json

import pytest

from claimstance.config import DataConfig
from claimstance.labelling.lexicon import Lexicon


@pytest.fixture
def config(tiny_cues):
    """A quarter of the articles each for validation and test; nothing held out."""
    return DataConfig(
        cues=tiny_cues,
        hold_out=(),
        extra=(),
        split_seed=1,
        validation_share=0.25,
        test_share=0.25,
        near_duplicate=0.8,
    )


@pytest.fixture(scope="session")
def lexicon(tiny_cues):
    return Lexicon.load(tiny_cues)


@pytest.fixture
def write(tmp_path):
    """Writes a text, or rows as JSON lines, under a name; returns the path as a string."""

    def to(name, content):
        text = content
        if not isinstance(content, str):
            text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in content)
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return to


@pytest.fixture
def gold_row():
    """A gold article of (text, label) pairs."""

    def make(identity, *pairs, **fields):
        sentences = [{"text": text, "label": label} for text, label in pairs]
        return {"id": identity, "sentences": sentences, **fields}

    return make
