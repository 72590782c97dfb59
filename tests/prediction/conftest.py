"""A classifier that reads single words, and a prediction made by hand."""

import numpy as np
import pandas as pd  # noqa: F401 (heavy: outside the timed tests)
import pyarrow.parquet  # noqa: F401
import pytest
import sentencex  # noqa: F401

from claimstance.records import STANCES, Article, Prediction, Sentence, Stance


class ByWord:
    """Certain words decide; the longer the sentence, the surer it is. Notes what it was given."""

    id = "by-word-0123"

    def __init__(self):
        self.batches = []

    def predict_proba(self, texts):
        self.batches.append(list(texts))
        return np.array([self._row(text) for text in texts]).reshape(-1, 4)

    def _row(self, text):
        words = {"denied": Stance.DENIED, "disputed": Stance.DISPUTED, "?": Stance.NO_CLAIM}
        found = (stance for word, stance in words.items() if word in text)
        row = np.full(4, 0.5 / (3 + len(text)))
        row[next(found, Stance.ASSERTED).id] = 0
        row[row == 0] = 1 - row.sum()
        return row


@pytest.fixture
def classifier():
    return ByWord()


@pytest.fixture
def predicted():
    """Makes a prediction for a text, as if it stood at the beginning of an article."""

    def predicted(text, stance=Stance.DENIED, article="a-1", index=0, spans=None):
        rest = (1 - 0.7) / 3
        probabilities = tuple(0.7 if other is stance else rest for other in STANCES)
        sentence = Sentence(article, index, 0, len(text), text)
        where = Article(article, "", "Title", "Paper", "https://paper.example/1", "2026-11-30")
        model = "plain-0123abcd"
        return Prediction(where, sentence, stance, 0.7, probabilities, model, spans=spans)

    return predicted
