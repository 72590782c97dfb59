"""Calibration as a training does it."""

import numpy as np
import pytest

from claimstance.evaluation.calibration import fit_temperature
from claimstance.records import STANCES, LabelledSentence, Origin, Sentence
from claimstance.training_report import calibrate


class Sure:
    """Right four times in five, and always equally sure; remembers its temperature."""

    id = "sure"

    def predict_proba(self, texts):
        return np.array([[0.97, 0.01, 0.01, 0.01]] * len(texts))

    def set_temperature(self, temperature):
        self.temperature = temperature


@pytest.mark.parametrize("margin", [1.0, 1.2])
def test_the_temperature_is_raised_by_the_margin(margin):
    stances = [STANCES[0]] * 8 + [STANCES[1]] * 2
    items = [
        LabelledSentence(Sentence("a", at, at, at + 1, "x"), stance, Origin.GOLD)
        for at, stance in enumerate(stances)
    ]
    classifier = Sure()
    gold = np.array([stance.id for stance in stances])
    fitted = fit_temperature(gold, np.log(classifier.predict_proba(items)))
    assert fitted > 1
    assert calibrate(classifier, items, margin) == pytest.approx(margin * fitted)
    assert classifier.temperature == pytest.approx(margin * fitted)
