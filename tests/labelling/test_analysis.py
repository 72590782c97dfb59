"""The rule report, on votes small enough to count by hand."""

import pytest

from claimstance.labelling.analysis import (
    COLUMNS,
    analyse,
    summarise,
    summary_line,
    table_rows,
)
from claimstance.labelling.rules import RULE_NAMES
from claimstance.records import Stance, Vote

A, D, C = Stance.ASSERTED, Stance.DENIED, Stance.DISPUTED
VOTES = [
    (Vote("denial", D, 0, 6),),
    (Vote("denial", D, 0, 6), Vote("unverified", C, 9, 15)),
    (Vote("denial", D, 0, 6), Vote("falsity", D, 9, 15)),
    (),
]


def test_counts_shares_and_accuracy():
    rows = {row.rule: row for row in analyse(VOTES, [D, C, None, A])}
    denial = rows["denial"]
    assert denial.polarity == (D,)
    assert (denial.coverage, denial.overlaps, denial.conflicts) == (0.75, 0.5, 0.25)
    assert (denial.correct, denial.incorrect, denial.accuracy) == (1, 1, 0.5)
    assert rows["falsity"].accuracy is None
    assert rows["pseudo"].polarity == ()


def test_one_row_for_each_rule_in_order():
    assert tuple(row.rule for row in analyse([], [])) == RULE_NAMES


def test_the_summary_adds_up_and_scores_resolved_sentences_only():
    summary = summarise(VOTES, [D, C, A, A])
    assert (summary.coverage, summary.conflicts, summary.abstained) == (0.5, 0.25, 0.25)
    assert summary.accuracy == 0.5
    assert summarise(VOTES, [None] * 4).accuracy is None


def test_the_table_is_text_under_its_columns():
    rows = table_rows(analyse(VOTES, [D, C, None, A]))
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert ("denial", "denied", "0.750", "0.500", "0.250", "1", "1", "0.50") in rows
    assert summary_line(summarise(VOTES, [D, C, A, A])).startswith(
        "on 4 sentences the rules settle 50.0%"
    )


def test_votes_and_gold_must_be_of_one_length():
    with pytest.raises(ValueError, match="4 sentences with votes, but 1 gold"):
        analyse(VOTES, [A])
