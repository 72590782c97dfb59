"""What training and evaluation tell the person at the terminal."""

from collections.abc import Mapping
from pathlib import Path

from claimstance.console import say, table
from claimstance.evaluation.engines import COLUMNS, engine_rows
from claimstance.evaluation.metrics import Scores
from claimstance.evaluation.report import Report
from claimstance.evaluation.tables import figure, figure_with_interval
from claimstance.models.agreement import Agreement
from claimstance.records import STANCES


def show_scores(title: str, scores: Mapping[str, Scores]) -> None:
    """One row for each named set of scores."""
    columns = ("", "macro-F1", *(f"{stance} F1" for stance in STANCES), "ECE", "sentences")
    rows = [
        [
            name,
            figure(part.macro_f1),
            *(figure(part.per_class[stance].f1) for stance in STANCES),
            figure(part.ece),
            f"{part.n:,}",
        ]
        for name, part in scores.items()
    ]
    table(title, columns, rows)


def show_report(report: Report, out: Path) -> None:
    """A table for each suite, the champion, and where the report lies."""
    columns = ("model", "macro-F1 (95 % interval)", *(f"{stance} F1" for stance in STANCES))
    for suite in report.suites:
        rows = [
            [
                model.name,
                figure_with_interval(model.scores.macro_f1, model.interval),
                *(figure(model.scores.per_class[stance].f1) for stance in STANCES),
            ]
            for model in suite.models
        ]
        table(f"{suite.name}: {suite.sentences:,} sentences", columns, rows)
        for model in suite.models:
            if model.groups:
                right, total = model.groups.right, model.groups.total
                say(f"{model.name}: every sentence right in {right} of {total} groups")
    say(report.champion)
    say(f"report: {out / 'report.md'}")


def show_engines(engines: Mapping[str, Agreement]) -> None:
    """What each engine changes in the answers of its model, and whether it may answer."""
    if engines:
        table("on validation, beside PyTorch", COLUMNS, engine_rows(engines))
