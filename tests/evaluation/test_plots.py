from dataclasses import replace

import pytest
from matplotlib.figure import Figure

from claimstance.errors import OutputError
from claimstance.evaluation import plots
from claimstance.evaluation.bootstrap import Interval


@pytest.fixture
def drawn(monkeypatch):
    """The figures that were saved; drawing them for real is left to one test."""
    figures = []
    monkeypatch.setattr(Figure, "savefig", lambda self, path: figures.append(self))
    return figures


def words(axes):
    return [text.get_text() for text in axes.texts]


def test_a_plot_is_a_png_in_a_folder_that_is_made_for_it(suite_report, tmp_path):
    path = tmp_path / "plots" / "confusion.png"
    assert plots.plot_confusion(suite_report.models[3].scores, "Confusion", path) == path
    assert path.read_bytes().startswith(b"\x89PNG")


def test_confusion_writes_every_count(suite_report, tmp_path, drawn):
    scores = suite_report.models[3].scores
    plots.plot_confusion(scores, "Confusion", tmp_path / "c.png")
    counts = [int(text.split("\n")[0]) for text in words(drawn[0].axes[0])]
    assert counts == [cell for row in scores.confusion for cell in row]


def test_precision_recall_has_a_curve_for_each_stance_in_gold(
    suite, probabilities, tmp_path, drawn
):
    claims = suite.gold != 3
    arrays = suite.gold[claims], probabilities["transformer"][claims]
    plots.plot_precision_recall(*arrays, "Curves", tmp_path / "p.png")
    labels = [line.get_label().split(":")[0] for line in drawn[0].axes[0].lines]
    assert labels == ["asserted", "denied", "disputed"]


def test_reliability_counts_every_sentence_and_names_the_error(
    suite, probabilities, suite_report, tmp_path, drawn
):
    plots.plot_reliability(suite.gold, probabilities["transformer"], "Bins", tmp_path / "r.png")
    upper, lower = drawn[0].axes
    assert sum(bar.get_height() for bar in lower.patches) == len(suite.gold)
    assert f"ECE {suite_report.models[3].scores.ece:.3f}" in upper.get_title()


def test_models_have_a_bar_a_suite_with_their_score(report, tmp_path, drawn):
    plots.plot_models(report.suites, tmp_path / "m.png")
    axes = drawn[0].axes[0]
    scores = [model.scores.macro_f1 for suite in report.suites for model in suite.models]
    assert [bar.get_height() for bar in axes.patches] == scores
    assert words(axes) == [f"{score:.2f}" for score in scores]
    assert len(axes.collections) == 2 * len(scores)


def test_models_without_interval_or_score_are_drawn_all_the_same(suite_report, tmp_path, drawn):
    first, second, third, _ = suite_report.models
    odd = (
        replace(first, interval=None),
        replace(second, scores=replace(second.scores, macro_f1=None)),
        replace(third, interval=Interval(0.01, 0.02)),
    )
    plots.plot_models([replace(suite_report, models=odd)], tmp_path / "m.png")
    axes = drawn[0].axes[0]
    assert len(axes.patches) == 2
    assert len(axes.collections) == 2
    labels_above_bars = zip(axes.texts, axes.patches, strict=True)
    assert all(label.get_position()[1] > bar.get_height() for label, bar in labels_above_bars)


def test_a_path_that_cannot_be_written_is_named(suite_report, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written"):
        plots.plot_confusion(suite_report.models[3].scores, "C", tmp_path / "file" / "c.png")


def test_no_suites_are_refused(tmp_path):
    with pytest.raises(ValueError, match="at least one"):
        plots.plot_models([], tmp_path / "m.png")
