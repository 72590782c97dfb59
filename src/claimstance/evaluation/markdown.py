"""The report as a page for people."""

from collections.abc import Iterator

from claimstance.evaluation.report import ModelComparison, ModelResult, Report, SuiteReport
from claimstance.evaluation.slices import SMALL
from claimstance.evaluation.tables import (
    STANCE_IS_NOT_TRUTH,
    UNDEFINED,
    counted,
    figure,
    figure_with_interval,
    markdown_table,
)
from claimstance.records import LABEL_NAMES, STANCES

FEW_ARTICLES = 10

HOW_TO_READ = f"""\
- **macro-F1**, the headline, is the mean F1 of asserted, denied and disputed, over those of the
  three that occur among the gold labels or the predictions. Accuracy is no headline: most news
  sentences are asserted, so always answering "asserted" looks accurate and finds nothing.
- **Intervals** are 95 % percentile bootstrap intervals over whole articles (over groups on
  contrast groups), not over sentences. With few articles they are rough and tend to be too narrow.
- **Yardsticks** stand beside every model: a model that does not beat them has learnt nothing.
  The rules were written while reading the project's first articles, test articles included, which
  flatters the rules, and the baseline that uses their votes, on the project's test split.
- **AP** is average precision: how well the probability of a stance ranks its sentences.
- **ECE** is the expected calibration error of the top probability (15 bins), before and after
  temperature scaling. It is never negative, so judge it against the figure in brackets: what
  chance gives, on so many sentences, a model whose probabilities are true.
- **exact** and **token-F1** compare the span that a model found with the one a person marked: the
  share of sentences with all tokens the same, and the mean of the sentences' F1 over tokens, which
  is 1 where both are empty and 0 where one is. The last column leaves out sentences where neither
  marked anything.
- **{UNDEFINED}** marks a figure that is undefined, for example recall without a gold sentence."""


def to_markdown(report: Report) -> str:
    """The whole report as Markdown."""
    parts = [
        "# Evaluation report",
        f"Created {report.created.isoformat()} · dataset `{report.dataset_digest}`",
        f"> {STANCE_IS_NOT_TRUTH}",
        "## Champion",
        report.champion,
        "## How to read this",
        HOW_TO_READ,
    ]
    for suite in report.suites:
        parts += _suite(suite)
    if report.plots:
        parts += ["## Plots", *(f"![{plot.title}]({plot.file})" for plot in report.plots)]
    return "\n\n".join(parts) + "\n"


def _suite(suite: SuiteReport) -> Iterator[str]:
    yield f"## Suite: {suite.name}"
    yield f"{suite.description}\n\n{_size(suite)}"
    yield _headline(suite)
    if suite.comparison:
        yield _in_words(suite.comparison)
    yield "### By stance"
    yield _by_stance(suite)
    yield from _confusions(suite)
    yield "### When it may abstain"
    yield (
        "What `predict --min-confidence` leaves, and how often it is right; precision and recall "
        "are of denied and disputed together."
    )
    yield _by_threshold(suite)
    if any(model.spans for model in suite.models):
        yield "### Source, cue and claim"
        yield _by_span(suite)
    if any(model.robustness for model in suite.models):
        yield "### Under changes that leave the stance alone"
        yield "Each cell is macro-F1 / accuracy."
        yield _by_change(suite)
    yield "### By slice"
    yield "Each cell is macro-F1 / accuracy."
    yield _by_slice(suite)
    if any(part.small for model in suite.models for part in model.slices):
        yield f"\\* fewer than {SMALL} sentences: read nothing into these."


def _size(suite: SuiteReport) -> str:
    size = f"{counted(suite.sentences, 'sentence')} from {counted(suite.articles, suite.unit)}."
    if suite.articles == 1:
        return f"{size} One {suite.unit} gives no interval and no comparison."
    if suite.articles < FEW_ARTICLES:
        return f"{size} With so few {suite.unit}s the intervals are rough."
    return size


def _headline(suite: SuiteReport) -> str:
    scores = ("macro-F1 (95 % interval)", "no_claim F1", "ECE before → after (chance)")
    columns = ["model", "kind", *scores]
    if suite.unit == "group":
        columns.append("groups all right")
    return markdown_table(columns, [_headline_row(model) for model in suite.models], text=2)


def _headline_row(model: ModelResult) -> list[str]:
    scores = model.scores
    row = [
        model.name,
        model.kind,
        figure_with_interval(scores.macro_f1, model.interval),
        figure(scores.no_claim_f1),
        _calibration(model),
    ]
    if model.groups:
        row.append(f"{model.groups.right} of {model.groups.total} ({model.groups.share:.0%})")
    return row


def _calibration(model: ModelResult) -> str:
    before, after, chance = map(figure, (model.ece_before, model.ece_after, model.ece_chance))
    return UNDEFINED if model.ece_after is None else f"{before} → {after} ({chance})"


def _in_words(comparison: ModelComparison) -> str:
    outcome = comparison.outcome
    verdict = {
        "a": f"{comparison.a} is better here than chance explains.",
        "b": f"{comparison.b} is better here than chance explains.",
        "neither": "The interval holds 0: neither model is shown to be better.",
    }[outcome.favours]
    return (
        f"**{comparison.a} against {comparison.b}**: the difference in macro-F1 is "
        f"{outcome.difference:+.3f} (95 % interval {outcome.low:+.3f} to {outcome.high:+.3f}, "
        f"p = {outcome.p_value:.3f}; both scored on the same resampled articles). {verdict}"
    )


def _by_stance(suite: SuiteReport) -> str:
    columns = ["stance", "model", "precision", "recall", "F1", "AP", "gold", "predicted"]
    rows = []
    for stance in STANCES:
        for model in suite.models:
            each = model.scores.per_class[stance]
            measured = (each.precision, each.recall, each.f1, each.average_precision)
            counted = (f"{each.support:,}", f"{each.predicted:,}")
            rows.append([stance, model.name, *map(figure, measured), *counted])
    return markdown_table(columns, rows, text=2)


def _confusions(suite: SuiteReport) -> Iterator[str]:
    for model in suite.models:
        if model.kind == "yardstick":
            continue
        yield f"### Confusion of {model.name}"
        yield markdown_table(
            ["gold ↓ predicted →", *LABEL_NAMES],
            [
                [name, *(f"{cell:,}" for cell in row)]
                for name, row in zip(LABEL_NAMES, model.scores.confusion, strict=True)
            ],
        )


def _by_threshold(suite: SuiteReport) -> str:
    columns = ["model", "min. confidence", "coverage", "accuracy", "precision", "recall"]
    rows = [
        [
            model.name,
            f"{point.threshold:.2f}",
            *map(figure, (point.coverage, point.accuracy, point.precision, point.recall)),
        ]
        for model in suite.models
        for point in model.operating_points
    ]
    return markdown_table(columns, rows)


def _by_span(suite: SuiteReport) -> str:
    columns = ["span", "stance", "model", "sentences", "exact", "token-F1", "where marked"]
    rows = [
        [
            part.span,
            part.stance or "all",
            model.name,
            f"{part.sentences:,}",
            *map(figure, (part.exact, part.token_f1, part.token_f1_marked)),
        ]
        for model in suite.models
        for part in model.spans
    ]
    return markdown_table(columns, rows, text=3)


def _by_change(suite: SuiteReport) -> str:
    rows = [
        [parts[0].change, *(f"{figure(part.macro_f1)} / {part.accuracy:.3f}" for part in parts)]
        for parts in zip(*(model.robustness for model in suite.models), strict=True)
    ]
    return markdown_table(["change", *(model.name for model in suite.models)], rows)


def _by_slice(suite: SuiteReport) -> str:
    """One row a slice; every model was scored on the same slices in the same order."""
    rows = []
    for parts in zip(*(model.slices for model in suite.models), strict=True):
        first = parts[0]
        cells = [f"{figure(part.macro_f1)} / {part.accuracy:.3f}" for part in parts]
        rows.append([first.dimension, first.name, f"{first.n:,}{'*' * first.small}", *cells])
    return markdown_table(
        ["dimension", "slice", "sentences", *(model.name for model in suite.models)], rows, text=2
    )
