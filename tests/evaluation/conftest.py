"""Made-up gold labels and models; the heavy imports happen here, outside the timed tests."""

from dataclasses import replace
from datetime import date

import matplotlib.figure  # noqa: F401
import numpy as np
import pytest
import scipy.optimize
import scipy.special
import sklearn.metrics  # noqa: F401

from claimstance.evaluation.report import Report, Suite, evaluate_suite

KINDS = {
    "always-asserted": "yardstick",
    "rules": "yardstick",
    "baseline": "baseline",
    "transformer": "transformer",
}


def one_hot(ids):
    return np.eye(4)[np.asarray(ids)]


def made_up_logits(gold, signal, seed=0):
    logits = np.random.default_rng(seed).normal(size=(len(gold), 4))
    logits[np.arange(len(gold)), gold] += signal
    return logits


def softmax(logits):
    return scipy.special.softmax(logits, axis=1)


@pytest.fixture(scope="session")
def suite():
    rng = np.random.default_rng(7)
    gold = rng.choice(4, 240, p=[0.6, 0.15, 0.15, 0.1])
    return Suite(
        name="test",
        description="Made-up sentences.",
        gold=gold,
        clusters=[f"article-{i // 8}" for i in range(240)],
        domains=["war"] * 230 + ["hoax"] * 10,
        texts=["word " * (1 + i % 40) for i in range(240)],
        rules_abstain=np.arange(240) % 3 == 0,
    )


@pytest.fixture(scope="session")
def probabilities(suite):
    return {
        "always-asserted": one_hot(np.zeros_like(suite.gold)),
        "rules": one_hot(made_up_logits(suite.gold, 0.5, seed=1).argmax(axis=1)),
        "baseline": softmax(made_up_logits(suite.gold, 1.0, seed=2)),
        "transformer": softmax(made_up_logits(suite.gold, 3.0, seed=3)),
    }


@pytest.fixture(scope="session")
def suite_report(suite, probabilities):
    overconfident = softmax(4 * np.log(probabilities["transformer"]))
    return evaluate_suite(suite, probabilities, KINDS, {"transformer": overconfident}, 200)


@pytest.fixture(scope="session")
def group_report(suite, probabilities):
    groups = replace(suite, name="contrast groups", unit="group")
    return evaluate_suite(groups, probabilities, KINDS, resamples=50)


@pytest.fixture(scope="session")
def report(suite_report, group_report):
    return Report(
        created=date(2026, 11, 25),
        dataset_digest="sha256:0123",
        suites=(suite_report, group_report),
        champion="The transformer: it is ahead on every suite.",
    )
