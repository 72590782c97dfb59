import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from claimstance.errors import LabelError
from claimstance.evaluation.bootstrap import compare
from claimstance.evaluation.markdown import to_markdown
from claimstance.evaluation.metrics import score
from claimstance.evaluation.report import Report, evaluate_suite, to_json
from claimstance.records import FoundSpans, LabelledSentence, Origin, Sentence, Span, Spans, Stance

from .conftest import KINDS


def result(report, name):
    return next(model for model in report.models if model.name == name)


def test_every_model_is_scored_in_the_order_given(suite, probabilities, suite_report):
    assert [model.name for model in suite_report.models] == list(probabilities)
    for model in suite_report.models:
        assert model.scores == score(suite.gold, probabilities[model.name])
    assert (suite_report.sentences, suite_report.articles) == (240, 30)


def test_calibration_is_reported_for_trained_models_only(suite_report):
    yardstick, trained = result(suite_report, "rules"), result(suite_report, "transformer")
    assert (yardstick.ece_before, yardstick.ece_after) == (None, None)
    assert trained.ece_after == trained.scores.ece
    assert trained.ece_before != trained.ece_after
    assert result(suite_report, "baseline").ece_before is None


def test_the_two_trained_models_are_compared(suite, probabilities, suite_report):
    first, second = (probabilities[name].argmax(axis=1) for name in ("baseline", "transformer"))
    outcome = compare(suite.gold, first, second, suite.clusters, resamples=200)
    assert suite_report.comparison.outcome == outcome
    assert (suite_report.comparison.a, suite_report.comparison.b) == ("baseline", "transformer")


def test_one_trained_model_is_not_compared(suite, probabilities):
    fewer = {name: probabilities[name] for name in ("rules", "transformer")}
    assert evaluate_suite(suite, fewer, KINDS, resamples=50).comparison is None


def test_groups_are_counted_on_contrast_groups_only(suite_report, group_report):
    assert all(model.groups is None for model in suite_report.models)
    assert [model.groups.total for model in group_report.models] == [30] * 4
    assert result(group_report, "transformer").groups.right > 0


def test_one_article_gives_neither_interval_nor_comparison(suite, probabilities):
    one = replace(suite, clusters=["seed"] * 240)
    report = evaluate_suite(one, probabilities, KINDS, resamples=50)
    assert [model.interval for model in report.models] == [None] * 4
    assert report.comparison is None


def test_json_keeps_the_figures_and_names(report):
    plain = json.loads(to_json(report))
    assert plain["created"] == "2026-11-25"
    model = plain["suites"][0]["models"][3]
    ours = report.suites[0].models[3]
    assert model["scores"]["macro_f1"] == ours.scores.macro_f1
    assert model["scores"]["per_class"]["denied"]["f1"] == ours.scores.per_class["denied"].f1
    assert plain["suites"][0]["comparison"]["outcome"]["favours"] == "b"


def test_json_writes_undefined_figures_as_null(report):
    text = to_json(report)
    denied = json.loads(text)["suites"][0]["models"][0]["scores"]["per_class"]["denied"]
    assert denied["precision"] is None
    assert "NaN" not in text


def test_spans_are_scored_for_the_models_that_find_some(suite, probabilities):
    sentence = Sentence("a", 0, 0, 6, "It is.")
    items = [LabelledSentence(sentence, Stance.ASSERTED, Origin.GOLD, spans=Spans(claim="It is"))]
    spans = {"transformer": [FoundSpans(*[Span("It is", 0, 5, 0.5)] * 3)] * 240}
    of = replace(suite, items=items * 240)
    report = evaluate_suite(of, probabilities, KINDS, resamples=50, spans=spans)
    assert result(report, "baseline").spans == ()
    scores = {(part.span, part.stance): part.exact for part in result(report, "transformer").spans}
    assert scores["claim", None] == scores["claim", Stance.ASSERTED] == 1
    assert scores["cue", None] == 0
    page = to_markdown(Report(date(2026, 11, 30), "d", (report,), ""))
    assert "| claim | asserted | transformer | 240 | 1.000 | 1.000 | 1.000 |" in page


def test_what_is_missing_is_named(suite, probabilities):
    with pytest.raises(ValueError, match="`kinds` lacks baseline"):
        evaluate_suite(suite, {"baseline": probabilities["baseline"]}, {})
    with pytest.raises(ValueError, match='suite "test": 1 domains for 240'):
        evaluate_suite(replace(suite, domains=["war"]), probabilities, KINDS)
    with pytest.raises(LabelError, match='suite "test" has no gold sentences'):
        evaluate_suite(replace(suite, gold=np.array([], dtype=int)), probabilities, KINDS)
