"""The last lines of a run: counts, the surest denials and disputes, and where the rows are."""

import pytest

from claimstance.prediction.place import place_of
from claimstance.prediction.show import show_summary
from claimstance.prediction.summary import Summary, tally
from claimstance.records import Stance


@pytest.fixture
def summary(predicted):
    summary = Summary()
    rows = [predicted("They [bold]denied[/bold]\nit."), predicted("So?", Stance.NO_CLAIM)]
    summary.add(tally(2, rows))
    return summary


def test_counts_and_the_surest_denials_are_shown(summary, capsys):
    show_summary(summary, "plain-0123abcd", place_of("out.csv"))
    said = capsys.readouterr()
    shown = " ".join(said.out.split())
    assert "2 articles" in shown
    assert "denied 1 50.0%" in shown
    assert "disputed 0 0.0%" in shown
    assert "They [bold]denied[/bold] it. 0.70 a-1" in shown
    assert "Most certain: disputed" not in shown
    assert said.err == "2 sentences by plain-0123abcd, written to out.csv\n"


def test_where_rows_go_to_standard_output_nothing_else_does(summary, capsys):
    summary.unreadable = 1
    show_summary(summary, "plain-0123abcd", None)
    said = capsys.readouterr()
    assert said.out == ""
    assert "2 sentences by plain-0123abcd\n1 article could not be read\n" in said.err
    assert "50.0%" in said.err


def test_where_the_unreadable_ones_are_listed(summary, capsys):
    summary.unreadable = 1_200
    show_summary(summary, "plain-0123abcd", place_of("out.csv"))
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == "1,200 articles could not be read: out.csv.errors.jsonl"
