"""What a training run reports of its model: figures and pictures, on validation and test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from claimstance.evaluation.arrays import FloatArray, IntArray
from claimstance.evaluation.calibration import (
    expected_calibration_error,
    fit_temperature,
    rescale,
)
from claimstance.evaluation.metrics import Scores, score
from claimstance.evaluation.plots import plot_confusion, plot_precision_recall, plot_reliability
from claimstance.evaluation.span_scores import SpanScores, span_scores
from claimstance.labelling.splits import Split
from claimstance.models.classifier import Classifier, Trainable, answer
from claimstance.records import LabelledSentence


@dataclass(frozen=True, slots=True)
class Measured:
    """A model's answers on the gold sentences of one split, and what they are worth."""

    gold: IntArray
    probabilities: FloatArray
    scores: Scores
    ece_before: float
    spans: tuple[SpanScores, ...]


def calibrate(
    classifier: Trainable, validation: Sequence[LabelledSentence], margin: float
) -> float:
    """Fit a temperature on validation sentences and fold it into the model; returns it.

    It is raised by the factor `margin`: articles to come are further from those trained on than
    the validation articles are, and a model is surer of itself there than it should be.
    """
    gold = np.array([item.stance.id for item in validation])
    probabilities = classifier.predict_proba([item.sentence.text for item in validation])
    smallest = np.finfo(np.float64).tiny
    temperature = margin * fit_temperature(gold, np.log(np.maximum(probabilities, smallest)))
    classifier.set_temperature(temperature)
    return temperature


def measure(
    classifier: Classifier, items: Sequence[LabelledSentence], temperature: float
) -> Measured:
    """Score a calibrated model; `temperature` is undone for the calibration error before it."""
    answers = answer(classifier, [item.sentence.text for item in items])
    gold, probabilities = np.array([item.stance.id for item in items]), answers.probabilities
    before = expected_calibration_error(gold, rescale(probabilities, 1 / temperature))
    spans = span_scores(items, answers.spans)
    return Measured(gold, probabilities, score(gold, probabilities), before, spans)


def metrics(measured: Mapping[Split, Measured], temperature: float) -> dict[str, float | None]:
    """The figures of a run, named `<split>_<figure>`."""
    figures: dict[str, float | None] = {"temperature": temperature}
    for split, part in measured.items():
        figures |= {
            f"{split}_macro_f1": part.scores.macro_f1,
            f"{split}_no_claim_f1": part.scores.no_claim_f1,
            f"{split}_accuracy": part.scores.accuracy,
            f"{split}_ece_before": part.ece_before,
            f"{split}_ece": part.scores.ece,
        }
        for span in part.spans:
            if span.stance is None:
                figures[f"{split}_{span.span}_exact"] = span.exact
                figures[f"{split}_{span.span}_token_f1"] = span.token_f1
        for stance, scores in part.scores.per_class.items():
            figures |= {
                f"{split}_{stance}_precision": scores.precision,
                f"{split}_{stance}_recall": scores.recall,
                f"{split}_{stance}_f1": scores.f1,
                f"{split}_{stance}_average_precision": scores.average_precision,
            }
    return figures


def draw(measured: Mapping[Split, Measured], name: str, folder: Path) -> Path:
    """Confusion matrix, precision-recall curves and reliability diagram, by split."""
    for split, part in measured.items():
        title = f"{name}, {split} split"
        plot_confusion(part.scores, title, folder / f"{split}_confusion.png")
        plot_precision_recall(
            part.gold, part.probabilities, title, folder / f"{split}_precision_recall.png"
        )
        plot_reliability(part.gold, part.probabilities, title, folder / f"{split}_reliability.png")
    return folder
