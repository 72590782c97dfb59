"""The command line when all goes well: help, version, and predictions on standard output."""

import json
import re

import pandas as pd
import pytest
from typer.testing import CliRunner

from claimstance import __version__
from claimstance.cli import app
from claimstance.config import to_yaml

COMMANDS = (
    "label",
    "train",
    "export",
    "cross-validate",
    "eval",
    "predict",
    "report",
    "serve",
    "ui",
)
TEXT = "The mayor denied that the bridge was safe. The army opened the school monday."


@pytest.fixture
def model(plain_model):
    return plain_model


def invoke(*arguments, **streams):
    return CliRunner().invoke(app, [*map(str, arguments)], env={"COLUMNS": "200"}, **streams)


def words(result):
    return " ".join(re.sub(r"[│╭╮╰╯─]", " ", result.output).split())


@pytest.mark.parametrize("command", [[], ["predict"]])
def test_help_says_what_a_stance_is_not(command):
    assert "never whether the claim is true" in words(invoke(*command, "--help"))


def test_every_command_explains_itself():
    overview = words(invoke("--help"))
    for command in COMMANDS:
        assert command in overview
        help_text = words(invoke(command, "--help"))
        assert f"{command} [OPTIONS]" in help_text


def test_without_a_command_the_help_is_shown():
    assert "Usage" in words(invoke())


def test_the_version():
    result = invoke("--version")
    assert (result.exit_code, result.output) == (0, f"claimstance {__version__}\n")


def test_predictions_go_to_standard_output_and_the_summary_beside_it(model, tmp_path):
    (tmp_path / "a.txt").write_text(TEXT)
    result = invoke("predict", tmp_path / "a.txt", "--model", model)
    assert result.exit_code == 0
    first, second = map(json.loads, result.stdout.splitlines())
    assert (first["text"], first["stance"]) == (TEXT[:42], "denied")
    assert (second["start"], second["end"]) == (43, len(TEXT))
    assert sum(first["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert "2 sentences by plain-" in result.stderr


def test_an_article_may_come_through_standard_input(model):
    result = invoke("predict", "-", "--model", model, input=TEXT)
    assert len(result.stdout.splitlines()) == 2
    rows = json.dumps({"id": "x", "text": TEXT})
    result = invoke("predict", "-", "--model", model, input=rows)
    assert json.loads(result.stdout.splitlines()[0])["article_id"] == "x"


def test_predictions_to_a_file_leave_the_summary_on_standard_output(model, tmp_path):
    (tmp_path / "a.txt").write_text(TEXT)
    result = invoke("predict", tmp_path / "a.txt", "--model", model, "--out", tmp_path / "p.csv")
    assert "1 article" in result.stdout
    assert [path.name for path in tmp_path.iterdir() if "p." in path.name] == ["p.csv"]


def test_unsure_answers_are_marked_and_counted(model, tmp_path):
    (tmp_path / "a.txt").write_text(TEXT)
    certain = invoke("predict", tmp_path / "a.txt", "--model", model, "--min-confidence", 0)
    unsure = invoke("predict", tmp_path / "a.txt", "--model", model, "--min-confidence", 1)
    for result, abstained in ((certain, False), (unsure, True)):
        rows = [json.loads(line) for line in result.stdout.splitlines()]
        assert [row["abstained"] for row in rows] == [abstained] * 2
    assert "abstained" in unsure.stderr
    assert invoke("predict", "-", "--model", model, "--min-confidence", "nan").exit_code == 2


def test_cross_validation_tells_where_the_doubtful_labels_are(baseline_config, tmp_path):
    (tmp_path / "plain.yaml").write_text(to_yaml(baseline_config), encoding="utf-8")
    out = tmp_path / "out"
    result = invoke("cross-validate", tmp_path / "plain.yaml", "--folds", 2, "--out", out)
    assert result.exit_code == 0
    assert "2 folds" in result.stdout
    assert (out / "out_of_fold.jsonl").is_file()
    assert str(out / "out_of_fold.jsonl") in result.stderr


def test_extra_labels_are_trained_on(tiny_gold, tiny_cues, tmp_path):
    shares = "{validation_share: 0.25, test_share: 0.25, near_duplicate: 1.0, split_seed: 1, "
    (tmp_path / "c.yaml").write_text(f"{shares}hold_out: [], extra: [], cues: {tiny_cues}}}")
    (tmp_path / "mine.jsonl").write_text('{"id": "mine", "text": "It is.", "label": "asserted"}\n')
    more = ("--config", tmp_path / "c.yaml", "--extra", tmp_path / "mine.jsonl")
    result = invoke("label", tiny_gold, *more, "--out", tmp_path / "d")
    assert result.exit_code == 0
    texts = pd.read_parquet(tmp_path / "d" / "train.parquet")["text"].tolist()
    assert "It is." in texts


def test_labelling_tells_what_it_did(tiny_gold, tiny_cues, tmp_path):
    shares = "{validation_share: 0.25, test_share: 0.25, near_duplicate: 1.0, split_seed: 1, "
    (tmp_path / "c.yaml").write_text(f"{shares}hold_out: [], extra: [], cues: {tiny_cues}}}")
    out = tmp_path / "d"
    result = invoke("label", tiny_gold, "--config", tmp_path / "c.yaml", "--out", out)
    assert result.exit_code == 0
    assert "Labelling rules" in result.stdout
    assert "train" in result.stdout
    for line in ("for a person to decide: review.jsonl", "excluded.jsonl", f"written to {out}"):
        assert line in result.stderr
