from dataclasses import replace

import pytest

from claimstance.evaluation.bootstrap import Comparison, Interval
from claimstance.evaluation.markdown import to_markdown
from claimstance.evaluation.report import ModelComparison, PlotLink
from claimstance.evaluation.tables import counted, figure, figure_with_interval, markdown_table


def section(page, heading):
    """The text under the first heading of that name, up to the next heading."""
    return page.split(f"{heading}\n", 1)[1].split("\n#", 1)[0]


def test_the_page_says_what_a_stance_is_and_whence_the_intervals(report):
    page = to_markdown(report)
    assert "never says whether the claim is true" in page
    assert "bootstrap intervals over whole articles" in page
    assert report.champion in page
    assert "sha256:0123" in page


def test_the_headline_table_holds_score_interval_and_calibration(report):
    page = to_markdown(report)
    model = report.suites[0].models[3]
    score = figure_with_interval(model.scores.macro_f1, model.interval)
    ece = f"{figure(model.ece_before)} → {figure(model.ece_after)} ({figure(model.ece_chance)})"
    no_claim = figure(model.scores.no_claim_f1)
    row = f"| transformer | transformer | {score} | {no_claim} | {ece} |"
    assert row in section(page, "## Suite: test")


def test_every_table_row_has_as_many_cells_as_its_head(report):
    table = []
    for line in [*to_markdown(report).splitlines(), ""]:
        if line.startswith("|"):
            table.append(line.count("|"))
        else:
            assert len(set(table)) <= 1
            table = []


def test_confusions_are_shown_for_trained_models_only(report):
    page = to_markdown(report)
    assert "### Confusion of baseline" in page
    assert "### Confusion of rules" not in page
    first = report.suites[0].models[3].scores.confusion[0]
    row = " | ".join(map(str, first))
    assert f"| asserted | {row} |" in section(page, "### Confusion of transformer")


def test_small_slices_are_flagged(report):
    slices = section(to_markdown(report), "### By slice")
    assert "| domain | other | 10* |" in slices
    assert "| domain | war | 230 |" in slices
    assert "fewer than 20 sentences" in slices


def test_contrast_groups_show_how_many_are_right_throughout(report):
    groups = report.suites[1].models[3].groups
    text = section(to_markdown(report), "## Suite: contrast groups")
    assert f"{groups.right} of {groups.total}" in text


@pytest.mark.parametrize(
    ("favours", "words"),
    [
        ("a", "baseline is better here than chance explains"),
        ("b", "transformer is better here than chance explains"),
        ("neither", "neither model is shown to be better"),
    ],
)
def test_the_comparison_is_put_in_words(report, favours, words):
    outcome = Comparison(-0.05, -0.1, 0.01, 0.08, favours)
    suite = replace(
        report.suites[0], comparison=ModelComparison("baseline", "transformer", outcome)
    )
    page = to_markdown(replace(report, suites=(suite,)))
    assert words in page
    assert "-0.050 (95 % interval -0.100 to +0.010, p = 0.080" in page


@pytest.mark.parametrize(
    ("articles", "words"),
    [(1, "no interval and no comparison"), (9, "the intervals are rough"), (10, "10 articles.\n")],
)
def test_few_articles_are_pointed_out(report, articles, words):
    suite = replace(report.suites[0], articles=articles)
    assert words in to_markdown(replace(report, suites=(suite,)))


def test_plots_are_linked_where_there_are_any(report):
    linked = replace(report, plots=(PlotLink("All models", "plots/models.png"),))
    assert "![All models](plots/models.png)" in to_markdown(linked)
    assert "## Plots" not in to_markdown(report)


def test_figures_and_counts():
    assert figure(None) == "–"
    assert figure(0.12345) == "0.123"
    assert figure_with_interval(0.5, Interval(0.4, 0.6)) == "0.500 (0.400 to 0.600)"
    assert figure_with_interval(0.5, None) == "0.500"
    assert (counted(1, "article"), counted(1200, "article")) == ("1 article", "1,200 articles")


def test_a_bar_or_line_break_in_a_name_stays_in_its_cell():
    assert markdown_table(["a", "b"], [["x|y\nz", "1"]]).splitlines()[2] == "| x\\|y z | 1 |"
