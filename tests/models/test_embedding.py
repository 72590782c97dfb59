"""Pieces of sentences as vectors, by a random base model."""

import numpy as np
import pytest

from claimstance.models.embedding import Embedder, _clean

SENTENCE = "the mayor denied that the bridge was closed ."


@pytest.fixture(scope="module")
def embedder(tiny_base):
    return Embedder(str(tiny_base))


def embed(embedder, *pieces):
    return embedder(pieces, lambda count: None)


def piece(text, part):
    start = text.index(part)
    return text, start, start + len(part)


def test_vectors_have_length_one_and_do_not_depend_on_their_batch(embedder):
    pieces = [piece(SENTENCE, "the bridge was closed"), piece("the army opened", "army")]
    done = []
    both = embedder(pieces, done.append)
    assert both.shape == (2, 32)
    assert np.linalg.norm(both, axis=1) == pytest.approx(1, abs=1e-5)
    assert both[1] == pytest.approx(embed(embedder, pieces[1])[0], abs=1e-5)
    assert sum(done) == 2


def test_only_the_tokens_of_the_piece_count_and_the_sentence_is_read(embedder):
    claim, whole = piece(SENTENCE, "the bridge was closed"), piece(SENTENCE, SENTENCE)
    alone = piece("the bridge was closed", "the bridge was closed")
    vectors = embed(embedder, claim, whole, alone)
    assert abs(vectors @ vectors.T - 1).max() > 0.001
    assert len({vector.tobytes() for vector in vectors}) == 3


def test_a_piece_beyond_what_the_model_reads_has_the_vector_of_what_it_read(embedder):
    long = "the bridge was closed " * 40 + "monday"
    vectors = embed(embedder, piece(long, "monday"), (long, 0, len(long)))
    assert vectors[0] == pytest.approx(vectors[1], abs=1e-5)


@pytest.mark.parametrize(
    ("text", "part"),
    [("  “He  said”  the\nbridge fell", "the\nbridge"), ("a\u00adb c", "c"), ("x y", "x")],
)
def test_a_piece_keeps_its_words_when_the_sentence_is_normalised(text, part):
    cleaned, start, end = _clean(piece(text, part))
    assert cleaned[start:end] == " ".join(part.split())
