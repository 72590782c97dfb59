"""The seed article as a model without mistakes would predict it, and articles made by hand."""

import json
from pathlib import Path

import numpy as np
import pytest

from claimstance.reading.paragraphs import paragraph_spans
from claimstance.records import STANCES, Article, FoundSpans, Prediction, Sentence, Span, Stance

SEEDS = Path(__file__).parents[2] / "seeds"


def found(text, piece, offset=0):
    if not piece:
        return Span("", None, None, 0.9)
    start = offset + text.index(piece)
    return Span(piece, start, start + len(piece), 0.9)


def predict(article, sentence, stance=Stance.ASSERTED, spans=None, changes=None):
    """A prediction for a sentence; `spans` are the pieces that are source, cue and claim."""
    pieces = [found(sentence.text, piece, sentence.start) for piece in spans or ()]
    known = {"score": 0.7, "model": "by-hand-0123", "abstained": False} | (changes or {})
    rest = (1 - known["score"]) / 3
    return Prediction(
        article=article,
        sentence=sentence,
        stance=Stance(stance),
        probabilities=tuple(known["score"] if other is stance else rest for other in STANCES),
        spans=FoundSpans(*pieces) if spans else None,
        **known,
    )


def in_order(article, rows):
    """An article's predictions: each row a text with what `predict` takes besides."""
    offset, predictions = 0, []
    for index, (text, *more) in enumerate(rows):
        sentence = Sentence(article.id, index, offset, offset + len(text), text, index // 3)
        predictions.append(predict(article, sentence, *more))
        offset += len(text) + 1
    return predictions


def unlike(pieces, done):
    """Vectors that make no two claims alike."""
    return np.eye(len(pieces), dtype=np.float32)


HOSTILE = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "\" onmouseover=alert(1) x='",
    "{{ 7 * 7 }}{% raw %} & &amp; <!-- ]]>",
    "\u202eesrever\u2066 isolate \u05d0\u05d1 \u0627\u0644",
]


def hostile():
    """Predictions whose every text tries to be more than text."""
    rows = []
    for text in HOSTILE:
        article = Article(text, "", text, text, f"javascript:{text}", text)
        spans = (text, "denied", "it")
        rows += in_order(article, [(f"{text} denied it.", Stance.DENIED, spans)])
    return rows


@pytest.fixture(scope="session")
def seed_predictions():
    """The 18 sentences of the seed article with their gold stances and spans."""
    text = (SEEDS / "al-bukamal.txt").read_text(encoding="utf-8")
    starts = [start for start, _ in paragraph_spans(text)]
    lines = (SEEDS / "al-bukamal.gold.jsonl").read_text(encoding="utf-8").splitlines()
    article = Article(
        "al-bukamal", "", "The capture of Al Bukamal", "", "https://example.org/a", "2017-11-12"
    )
    predictions = []
    for row in map(json.loads, lines):
        place = [row[key] for key in ("index", "start", "end", "text")]
        paragraph = sum(start <= row["start"] for start in starts) - 1
        sentence = Sentence(article.id, *place, paragraph)
        spans = (row["source"], row["cue"], row["claim"])
        score = 0.6 + 0.02 * row["index"]
        stance = Stance(row["label"])
        predictions.append(predict(article, sentence, stance, spans, {"score": score}))
    return predictions
