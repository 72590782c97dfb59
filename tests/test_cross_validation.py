"""Every gold sentence is judged once, by a model that was not trained on its article."""

import json

import numpy as np
import pytest

from claimstance import cross_validation
from claimstance.config import to_yaml
from claimstance.cross_validation import ROWS, cross_validate
from claimstance.errors import LabelError, OutputError


@pytest.fixture
def config_path(baseline_config, tmp_path):
    path = tmp_path / "plain.yaml"
    path.write_text(to_yaml(baseline_config), encoding="utf-8")
    return path


def rows(folder):
    lines = (folder / ROWS).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_each_sentence_once_least_likely_label_first(config_path, tmp_path):
    found = cross_validate(config_path, 3, tmp_path / "out")
    judged = rows(tmp_path / "out")
    assert len({(row["article_id"], row["index"]) for row in judged}) == len(judged) == 210
    believed = [row["probability_of_label"] for row in judged]
    assert believed == sorted(believed)
    right = np.mean([row["label"] == row["predicted"] for row in judged])
    assert found.scores.accuracy == pytest.approx(right)


def test_no_model_judges_an_article_it_was_trained_on(config_path, tmp_path, monkeypatch):
    seen = []

    def spying(config, train, validation, work, on_epoch):
        seen.append({item.sentence.article_id for item in [*train, *validation]})
        assert seen[-1]
        return real(config, train, validation, work, on_epoch)

    real = cross_validation.fit
    monkeypatch.setattr(cross_validation, "fit", spying)
    cross_validate(config_path, 3, tmp_path / "out")
    everything = {row["article_id"] for row in rows(tmp_path / "out")}
    left_out = [identity for trained in seen for identity in everything - trained]
    assert sorted(left_out) == sorted(everything)


def test_a_place_that_cannot_be_written_is_found_before_training(config_path, monkeypatch):
    monkeypatch.setattr(cross_validation, "fit", lambda *_: pytest.fail("it trained"))
    with pytest.raises(OutputError, match="choose another --out"):
        cross_validate(config_path, 3, config_path)


def test_more_folds_than_articles(config_path, tmp_path):
    with pytest.raises(LabelError, match="too few articles for 500 folds"):
        cross_validate(config_path, 500, tmp_path / "out")
