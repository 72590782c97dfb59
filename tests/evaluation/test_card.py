from dataclasses import replace

import pytest
import yaml

from claimstance.evaluation.card import TRANSFORMER_LOADING, CardFacts, model_card
from claimstance.evaluation.span_scores import SpanScores
from claimstance.evaluation.tables import figure, figure_with_interval
from claimstance.records import Stance

FACTS = CardFacts(
    name="claimstance-small",
    kind="transformer",
    base="example/encoder",
    model_id="small-1",
    dataset_digest="sha256:0123",
    sizes={"train": 4000, "test": 600},
    config="learning_rate: 2.0e-4",
    git_commit="abcdef0",
    loading=TRANSFORMER_LOADING,
    inputs=("data/authored",),
    temperature=1.25,
)


@pytest.fixture
def results(report):
    return {suite.name: suite.models[3] for suite in report.suites}


def front_matter(card):
    return yaml.safe_load(card.split("---\n")[1])


def test_the_front_matter_is_what_the_hub_reads(results):
    matter = front_matter(model_card(FACTS, results))
    assert matter["license"] == "apache-2.0"
    assert matter["language"] == "en"
    assert matter["pipeline_tag"] == "text-classification"
    assert matter["base_model"] == "example/encoder"
    assert "f1" in matter["metrics"]


def test_a_baseline_names_no_base_model(results):
    card = model_card(replace(FACTS, kind="baseline", base="", loading="load()"), results)
    assert "base_model" not in front_matter(card)
    assert front_matter(card)["library_name"] == "sklearn"
    assert "transformers" not in card
    assert "```python\nload()\n```" in card


def test_the_card_says_what_the_model_is_not_and_where_its_data_comes_from(results):
    card = model_card(FACTS, results)
    assert "never says whether the claim is true" in card
    assert "written and labelled by a large language model" in card
    assert "is invented" in card
    assert "invented" not in model_card(replace(FACTS, inputs=("my/articles",)), results)
    assert "| train | 4,000 |" in card
    for fact in ("sha256:0123", "small-1", "abcdef0", "learning_rate: 2.0e-4"):
        assert fact in card


def test_results_are_those_of_the_suites(results):
    card = model_card(FACTS, results)
    scores = results["test"].scores
    headline = figure_with_interval(scores.macro_f1, results["test"].interval)
    per_class = " | ".join(figure(each.f1) for each in scores.per_class.values())
    assert f"| test | 240 | {headline} | {per_class} |" in card
    groups = results["contrast groups"].groups
    assert f"{groups.right} of {groups.total} contrast groups" in card
    assert "the smallest has 240 sentences" in card


def test_calibration_tells_whether_anything_was_scaled(results):
    test = results["test"]
    before, after, chance = map(figure, (test.ece_before, test.ece_after, test.ece_chance))
    card = model_card(FACTS, results)
    assert "temperature of 1.250" in card
    assert f"| test | {before} | {after} | {chance} |" in card
    assert "not rescaled" in model_card(replace(FACTS, temperature=None), results)


def test_a_model_without_results_says_so():
    assert "Not evaluated yet." in model_card(FACTS, {})


def test_spans_are_told_of_a_model_that_finds_some(results):
    name, result = next(iter(results.items()))
    assert "## Source, cue and claim" not in model_card(FACTS, results)
    scores = (SpanScores("cue", None, 240, 100, 0.5, 0.75, 0.7),)
    scores += (SpanScores("cue", Stance.DENIED, 40, 40, 0.1, 0.2, 0.2),)
    card = model_card(FACTS, {name: replace(result, spans=scores)})
    assert f"| {name} | cue | 240 | 0.500 | 0.750 |" in card
    assert "0.200" not in card.split("## Source, cue and claim")[1].split("##")[0]
