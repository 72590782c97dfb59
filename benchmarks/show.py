"""The tables and the plot of the comparison."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from outcome import Measured, Run

from claimstance.console import say, table
from claimstance.evaluation.tables import UNDEFINED, figure, markdown_table

SCORES = ("contender", "macro-F1", "denied F1", "disputed F1", "no_claim F1", "ECE")
COSTS = ("contender", "seeds", "training, s", "sentences a second", "MB")


def show(runs: Sequence[Run], files: Sequence[str], out: Path) -> None:
    """Means over the seeds, a table a file, and what each contender costs; the plot beside them."""
    by_name: dict[str, list[Run]] = {}
    for run in runs:
        by_name.setdefault(run.contender, []).append(run)
    pages: list[tuple[str, tuple[str, ...], list[list[str]]]] = [
        (
            file,
            SCORES,
            [_scores(name, [run.files[file] for run in own]) for name, own in by_name.items()],
        )
        for file in files
    ]
    pages.append(("cost", COSTS, [_cost(name, own) for name, own in by_name.items()]))
    for title, columns, rows in pages:
        table(title, columns, rows)
    parts = [f"## {title}\n\n{markdown_table(columns, rows)}\n" for title, columns, rows in pages]
    (out / "tables.md").write_text("\n".join(parts), encoding="utf-8")
    _plot(by_name, files, out / "quality.png")
    say(f"written to {out}")


def _scores(name: str, measured: Sequence[Measured]) -> list[str]:
    """The headline with its standard deviation over the seeds."""
    headline = [part.macro_f1 for part in measured]
    spread = ""
    if len(headline) > 1 and None not in headline:
        spread = f" ± {np.std(np.array(headline, dtype=float), ddof=1):.3f}"
    rare = [
        _mean(part.f1[stance] for part in measured) for stance in ("denied", "disputed", "no_claim")
    ]
    return [name, _mean(headline) + spread, *rare, _mean(part.ece for part in measured)]


def _mean(values: Iterable[float | None]) -> str:
    listed = list(values)
    known = [value for value in listed if value is not None]
    return figure(float(np.mean(known))) if len(known) == len(listed) else UNDEFINED


def _cost(name: str, runs: Sequence[Run]) -> list[str]:
    return [
        name,
        f"{len(runs)}",
        f"{np.mean([run.training_seconds for run in runs]):,.0f}",
        f"{np.mean([run.sentences_a_second for run in runs]):,.0f}",
        f"{np.mean([run.size for run in runs]) / 1e6:,.1f}",
    ]


def _plot(by_name: dict[str, list[Run]], files: Sequence[str], path: Path) -> None:
    """A bar for the mean and a dot for each seed, a panel for each file."""
    from matplotlib.figure import Figure

    size = (4.6 * len(files) + 1.4, 0.42 * len(by_name) + 1.4)
    page = Figure(figsize=size, layout="constrained")
    panels = page.subplots(1, len(files), sharey=True, squeeze=False)[0]
    for axes, file in zip(panels, files, strict=True):
        for row, (name, runs) in enumerate(by_name.items()):
            values = [run.files[file].macro_f1 or 0.0 for run in runs]
            colour = "#0072B2" if name.startswith("ours") else "#8C8C8C"
            axes.barh(row, np.mean(values), color=colour, alpha=0.6)
            axes.plot(values, [row] * len(values), "o", color="black", markersize=3)
            axes.text(0.02, row, f"{np.mean(values):.3f}", va="center", fontsize=8)
        axes.set(title=file, xlabel="macro-F1 over asserted, denied, disputed", xlim=(0, 1))
        axes.set_yticks(range(len(by_name)), list(by_name))
        axes.grid(axis="x", alpha=0.25)
    panels[0].invert_yaxis()
    page.savefig(path, dpi=150)
