"""The report: every model on every suite, with yardsticks, intervals and the comparison."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Literal

import numpy as np

from claimstance.errors import LabelError
from claimstance.evaluation.arrays import FloatArray, IntArray, Names
from claimstance.evaluation.bootstrap import Comparison, Interval, compare, interval
from claimstance.evaluation.calibration import chance_calibration_error, expected_calibration_error
from claimstance.evaluation.groups import GroupScores, group_scores
from claimstance.evaluation.metrics import Scores, score
from claimstance.evaluation.perturbations import Robustness
from claimstance.evaluation.selective import OperatingPoint, operating_points
from claimstance.evaluation.slices import BoolArray, SliceScores, slice_scores
from claimstance.evaluation.span_scores import SpanScores, span_scores
from claimstance.records import FoundSpans, LabelledSentence

Kind = Literal["yardstick", "baseline", "transformer"]
Unit = Literal["article", "group", "text"]  # texts: some articles, some groups


@dataclass(frozen=True, slots=True, eq=False)
class Suite:
    """Gold sentences to measure on, one value of each column a sentence.

    `clusters` holds article ids, or group ids where `unit` is "group" (contrast groups);
    `rules_abstain` is true where the labelling rules give no stance; `items`, where they are given,
    are the sentences as they were labelled, with their spans.
    """

    name: str
    description: str
    gold: IntArray
    clusters: Names
    domains: Names
    texts: Sequence[str]
    rules_abstain: BoolArray
    unit: Unit = "article"
    items: Sequence[LabelledSentence] = ()


@dataclass(frozen=True, slots=True)
class ModelResult:
    """One model on one suite.

    `interval` is None on a single article, `groups` except on contrast groups. The ECEs are
    before and after temperature scaling, and what chance gives a model whose scaled
    probabilities are true: all None for yardsticks, the first also where the unscaled
    probabilities were not given. Yardsticks have no operating points. `robustness` is empty
    unless it was asked for, `spans` where the model finds none.
    """

    name: str
    kind: Kind
    scores: Scores
    interval: Interval | None
    ece_before: float | None
    ece_after: float | None
    ece_chance: float | None
    slices: tuple[SliceScores, ...]
    groups: GroupScores | None
    operating_points: tuple[OperatingPoint, ...]
    robustness: tuple[Robustness, ...]
    spans: tuple[SpanScores, ...]


@dataclass(frozen=True, slots=True)
class ModelComparison:
    """Two trained models by name, and the paired comparison of `a` with `b`."""

    a: str
    b: str
    outcome: Comparison


@dataclass(frozen=True, slots=True)
class SuiteReport:
    """All models on one suite; `comparison` is None unless exactly two of them were trained."""

    name: str
    description: str
    sentences: int
    articles: int
    unit: Unit
    models: tuple[ModelResult, ...]
    comparison: ModelComparison | None


@dataclass(frozen=True, slots=True)
class PlotLink:
    """A plot's title and its file, relative to the report."""

    title: str
    file: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was measured on one day with one dataset."""

    created: date
    dataset_digest: str
    suites: tuple[SuiteReport, ...]
    champion: str
    plots: tuple[PlotLink, ...] = ()


def evaluate_suite(
    suite: Suite,
    probabilities: Mapping[str, FloatArray],
    kinds: Mapping[str, Kind],
    uncalibrated: Mapping[str, FloatArray] | None = None,
    resamples: int = 1000,
    perturbed: Mapping[str, tuple[Robustness, ...]] | None = None,
    spans: Mapping[str, Sequence[FoundSpans | None]] | None = None,
) -> SuiteReport:
    """Measure every named model on `suite`; models keep the order of `probabilities`.

    `probabilities` and `uncalibrated` map a model's name to its (n, 4) probabilities, the
    latter before temperature scaling; `kinds` maps it to what it is, `perturbed` to its scores on
    changed sentences, `spans` to those it found.
    """
    _check(suite, probabilities, kinds)
    before, changed, found = uncalibrated or {}, perturbed or {}, spans or {}
    return SuiteReport(
        name=suite.name,
        description=suite.description,
        sentences=len(suite.gold),
        articles=len(np.unique(np.asarray(suite.clusters))),
        unit=suite.unit,
        models=tuple(
            replace(
                _result(suite, name, kinds[name], (before.get(name), after), resamples),
                robustness=changed.get(name, ()),
                spans=span_scores(suite.items, found[name]) if name in found else (),
            )
            for name, after in probabilities.items()
        ),
        comparison=_compare_trained(suite, probabilities, kinds, resamples),
    )


def to_json(report: Report) -> str:
    """The report as plain JSON; an undefined figure is null, never NaN."""
    plain = asdict(report) | {"created": report.created.isoformat()}
    return json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _check(
    suite: Suite, probabilities: Mapping[str, FloatArray], kinds: Mapping[str, Kind]
) -> None:
    if len(suite.gold) == 0:
        raise LabelError(
            f'suite "{suite.name}" has no gold sentences: label some, or leave the suite out'
        )
    for column in ("clusters", "domains", "texts", "rules_abstain"):
        rows = len(getattr(suite, column))
        if rows != len(suite.gold):
            raise ValueError(
                f'suite "{suite.name}": {rows} {column} for {len(suite.gold)} gold labels; '
                "pass one a sentence"
            )
    unknown = sorted(probabilities.keys() - kinds.keys())
    if unknown:
        raise ValueError(f'suite "{suite.name}": `kinds` lacks {", ".join(unknown)}')


def _result(
    suite: Suite,
    name: str,
    kind: Kind,
    answers: tuple[FloatArray | None, FloatArray],
    resamples: int,
) -> ModelResult:
    before, after = answers
    gold, predicted = suite.gold, after.argmax(axis=1)
    scores = score(gold, after)
    return ModelResult(
        name=name,
        kind=kind,
        scores=scores,
        interval=interval(gold, predicted, suite.clusters, resamples),
        ece_before=None if before is None else expected_calibration_error(gold, before),
        ece_after=None if kind == "yardstick" else scores.ece,
        ece_chance=None if kind == "yardstick" else chance_calibration_error(after),
        slices=slice_scores(gold, predicted, suite.domains, suite.texts, suite.rules_abstain),
        groups=group_scores(gold, predicted, suite.clusters) if suite.unit == "group" else None,
        operating_points=() if kind == "yardstick" else operating_points(gold, after),
        robustness=(),
        spans=(),
    )


def _compare_trained(
    suite: Suite,
    probabilities: Mapping[str, FloatArray],
    kinds: Mapping[str, Kind],
    resamples: int,
) -> ModelComparison | None:
    trained = [name for name in probabilities if kinds[name] != "yardstick"]
    if len(trained) != 2:
        return None
    first, second = (probabilities[name].argmax(axis=1) for name in trained)
    outcome = compare(suite.gold, first, second, suite.clusters, resamples=resamples)
    return ModelComparison(trained[0], trained[1], outcome) if outcome else None
