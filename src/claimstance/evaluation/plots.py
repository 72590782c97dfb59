"""The pictures: confusion, precision and recall, reliability, and all models side by side."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from claimstance.errors import OutputError
from claimstance.evaluation.arrays import FloatArray, IntArray, check_probabilities
from claimstance.evaluation.calibration import expected_calibration_error, reliability
from claimstance.evaluation.metrics import Scores
from claimstance.evaluation.report import ModelResult, SuiteReport
from claimstance.evaluation.selective import risk_coverage
from claimstance.evaluation.tables import counted
from claimstance.records import LABEL_NAMES, STANCES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's palette, which colour-blind readers can tell apart.
BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#6E6E6E"
STANCE_STYLES = ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (PURPLE, ":"))
TRAINED_COLOURS = (ORANGE, BLUE, GREEN, PURPLE)
YARDSTICK_COLOURS = ("#C8C8C8", "#8C8C8C")


def plot_confusion(scores: Scores, title: str, path: Path) -> Path:
    """Draw the confusion table: counts, shaded by their share of the gold row."""
    figure = _figure(5.6, 4.8)
    axes = figure.subplots()
    counts = np.asarray(scores.confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(counts):
        colour = "white" if shares[row, column] > 0.55 else "black"
        label = f"{count:,}\n{shares[row, column]:.0%}"
        axes.text(column, row, label, ha="center", va="center", color=colour)
    axes.set_xticks(range(len(LABEL_NAMES)), LABEL_NAMES)
    axes.set_yticks(range(len(LABEL_NAMES)), LABEL_NAMES)
    axes.set(xlabel="predicted stance", ylabel="gold stance", title=title)
    figure.colorbar(image, ax=axes, label="share of the gold stance", shrink=0.85)
    return _save(figure, path)


def plot_precision_recall(
    gold: IntArray, probabilities: FloatArray, title: str, path: Path
) -> Path:
    """Draw one precision-recall curve for each stance that occurs in `gold`."""
    from sklearn.metrics import average_precision_score, precision_recall_curve

    check_probabilities(gold, probabilities)
    figure = _figure(6.0, 4.8)
    axes = figure.subplots()
    for stance, (colour, line) in zip(STANCES, STANCE_STYLES, strict=True):
        is_stance, probability = gold == stance.id, probabilities[:, stance.id]
        if not is_stance.any():
            continue
        precision, recall, _ = precision_recall_curve(is_stance, probability)
        area = average_precision_score(is_stance, probability)
        label = f"{stance}: AP {area:.2f}, {int(is_stance.sum()):,} gold"
        axes.step(recall, precision, line, where="post", color=colour, linewidth=2, label=label)
    axes.set(xlabel="recall", ylabel="precision", title=title, xlim=(0, 1.01), ylim=(0, 1.03))
    axes.grid(alpha=0.25)
    axes.legend(loc="lower left", frameon=True)
    return _save(figure, path)


def plot_reliability(
    gold: IntArray, probabilities: FloatArray, title: str, path: Path, bins: int = 15
) -> Path:
    """Draw accuracy against the top probability, above the number of sentences in each bin."""
    figure = _figure(5.6, 5.6)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    rows = [row for row in reliability(gold, probabilities, bins) if row.count]
    width = 1 / bins
    left = [row.low for row in rows]
    heights = [row.accuracy or 0.0 for row in rows]
    error = expected_calibration_error(gold, probabilities, bins)
    style = {"align": "edge", "edgecolor": "white", "linewidth": 0.8}
    upper.bar(left, heights, width, color=BLUE, label="share that is right", **style)
    upper.plot([0, 1], [0, 1], "--", color="black", linewidth=1.2, label="perfectly calibrated")
    upper.set(ylabel="share that is right", ylim=(0, 1.02), xlim=(0, 1))
    upper.set_title(f"{title}\nECE {error:.3f}")
    upper.legend(loc="upper left")
    bars = lower.bar(left, [row.count for row in rows], width, color=GREY, **style)
    lower.bar_label(bars, fontsize=7, padding=1)
    lower.margins(y=0.25)
    lower.set(xlabel="probability of the answer", ylabel="sentences")
    return _save(figure, path)


def plot_risk_coverage(
    gold: IntArray, answers: Mapping[str, FloatArray], title: str, path: Path
) -> Path:
    """Draw each model's share of wrong answers against the share of sentences it answers."""
    figure = _figure(6.0, 4.4)
    axes = figure.subplots()
    for (name, probabilities), (colour, line) in zip(answers.items(), cycle(STANCE_STYLES)):
        coverage, risk = risk_coverage(gold, probabilities)
        axes.step(coverage, risk, line, where="pre", color=colour, linewidth=2, label=name)
    axes.set(xlabel="coverage: share of sentences answered", ylabel="risk: share answered wrong")
    axes.set(title=title, xlim=(0, 1.01))
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.25)
    axes.legend(loc="upper left")
    return _save(figure, path)


def plot_models(suites: Sequence[SuiteReport], path: Path) -> Path:
    """Draw the macro-F1 of all models, grouped by suite, with their 95 % intervals."""
    from matplotlib.patches import Patch

    if not suites:
        raise ValueError("no suites to draw: evaluate at least one")
    colours = _model_colours(suites)
    figure = _figure(max(7.0, 2.2 + 2.3 * len(suites)), 4.4)
    axes = figure.subplots()
    width = 0.84 / len(colours)
    for group, suite in enumerate(suites):
        for model in suite.models:
            offset = (list(colours).index(model.name) - (len(colours) - 1) / 2) * width
            _model_bar(axes, model, group + offset, width * 0.92, colours[model.name])
    axes.set_xticks(range(len(suites)), [_suite_label(suite) for suite in suites])
    axes.set(ylabel="macro-F1 over asserted, denied, disputed", ylim=(0, 1.08))
    axes.set_title("Macro-F1 by suite, with 95 % bootstrap intervals", pad=34)
    axes.set_yticks(np.arange(0, 1.01, 0.2))
    axes.grid(axis="y", alpha=0.25)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    keys = [Patch(color=colour, label=name) for name, colour in colours.items()]
    axes.legend(
        handles=keys, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=len(keys), frameon=False
    )
    return _save(figure, path)


def _model_bar(axes: "Axes", model: ModelResult, x: float, width: float, colour: str) -> None:
    """One bar; the interval is a line of its own, since it need not hold the bar's height."""
    value = model.scores.macro_f1
    if value is None:
        return
    top = value
    axes.bar(x, value, width, color=colour)
    if model.interval:
        low, high = model.interval.low, model.interval.high
        axes.vlines(x, low, high, color="white", linewidth=3.2)
        axes.vlines(x, low, high, color="black", linewidth=1.4)
        top = max(top, high)
    axes.text(x, top + 0.012, f"{value:.2f}", ha="center", va="bottom", fontsize=8)


def _model_colours(suites: Sequence[SuiteReport]) -> dict[str, str]:
    """A colour for each model of any suite, in the order they come: yardsticks in greys."""
    kinds = {model.name: model.kind for suite in suites for model in suite.models}
    colours: dict[str, str] = {}
    for kind_is_yardstick, palette in ((True, YARDSTICK_COLOURS), (False, TRAINED_COLOURS)):
        names = [name for name in kinds if (kinds[name] == "yardstick") is kind_is_yardstick]
        colours |= {name: palette[i % len(palette)] for i, name in enumerate(names)}
    return {name: colours[name] for name in kinds}


def _suite_label(suite: SuiteReport) -> str:
    sizes = counted(suite.sentences, "sentence"), counted(suite.articles, suite.unit)
    return f"{suite.name}\n{', '.join(sizes)}"


def _figure(width: float, height: float) -> "Figure":
    """A figure of its own, without pyplot: no window, no global state, nothing to close."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=150, layout="constrained")


def _save(figure: "Figure", path: Path) -> Path:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(figure)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path)
    except OSError as error:
        problem = f"{path}: the plot cannot be written ({error.strerror})"
        raise OutputError(f"{problem}: choose a folder you may write to") from error
    return path
