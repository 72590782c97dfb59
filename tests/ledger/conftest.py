"""Predictions with spans made by hand, and vectors that need no model."""

import numpy as np
import pandas as pd  # noqa: F401 (heavy: outside the timed tests)
import pyarrow.parquet  # noqa: F401
import pytest
import scipy.sparse  # noqa: F401

from claimstance.records import (
    STANCES,
    Article,
    FoundSpans,
    Prediction,
    Sentence,
    Span,
    Stance,
)


def span(text, start):
    return Span(text, start, start + len(text), 0.9) if text else Span("", None, None, 0.9)


@pytest.fixture
def said():
    """Makes a prediction for the sentence "SOURCE CUE CLAIM." at its place in an article."""

    def said(source, claim, stance=Stance.ASSERTED, article="a", index=0, published="", outlet=""):
        text = f"{source or 'It happened:'} {claim}."
        start = 100 * index
        probabilities = tuple(0.7 if stance is other else 0.1 for other in STANCES)
        spans = FoundSpans(
            span(source, start), span("", start), span(claim, start + text.index(claim))
        )
        where = Article(article, "", "Title", outlet, "", published)
        sentence = Sentence(article, index, start, start + len(text), text)
        return Prediction(where, sentence, stance, 0.7, probabilities, "m-0123", spans=spans)

    return said


@pytest.fixture
def by_letters():
    """An embedding: how often each letter stands in the piece."""

    def embed(pieces, done):
        counts = [
            [text[a:b].lower().count(chr(97 + n)) for n in range(26)] for text, a, b in pieces
        ]
        vectors = np.array(counts, dtype=np.float32) + np.float32(1e-3)
        done(len(pieces))
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    return embed
