"""Ours against what a user would pick instead: same training data, same files, same seeds.

    python benchmarks/quality.py --on news.jsonl [--on more.jsonl] --out reports/quality

Needs the dataset (`make data`) and `pip install -c constraints.txt -e ".[benchmarks]"`. Each
contender and seed is kept in OUT/runs as soon as it is done; the same command goes on from there.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from peers import Examples, Fitted, setfit, spacy_textcat, stock, tfidf, zero_shot

from claimstance.config import BaselineConfig, TransformerConfig, load_model_config
from claimstance.console import say, table
from claimstance.evaluation.calibration import expected_calibration_error
from claimstance.evaluation.metrics import score
from claimstance.evaluation.suites import file_suite, gold_of, trained_texts
from claimstance.evaluation.tables import figure, markdown_table
from claimstance.labelling.dataset import Dataset, read_dataset
from claimstance.labelling.lexicon import Lexicon
from claimstance.labelling.splits import Split
from claimstance.models.spans import annotated
from claimstance.models.yardsticks import AlwaysAsserted, RulesAlone
from claimstance.records import STANCES

os.environ.setdefault("HF_HUB_OFFLINE", "1")
Fit = Callable[[Examples, Examples, int], Fitted]


@dataclass(frozen=True, slots=True)
class Measured:
    """One contender with one seed on one file."""

    macro_f1: float
    f1: dict[str, float]
    ece: float


@dataclass(frozen=True, slots=True)
class Run:
    """One contender with one seed: seconds to train, sentences a second, bytes on disk."""

    contender: str
    seed: int
    data: str
    training_seconds: float
    sentences_a_second: float
    size: int
    files: dict[str, Measured]


def main(
    on: Annotated[list[Path], typer.Option(help="A labelled JSONL file; may be repeated.")],
    out: Annotated[Path, typer.Option(help="Folder for the runs, the table and the plot.")] = Path(
        "reports/quality"
    ),
    seeds: Annotated[str, typer.Option(help="Seeds, with commas between them.")] = "13,23,33",
    only: Annotated[
        list[str] | None, typer.Option(help="Only this contender; may be repeated.")
    ] = None,
    data: Annotated[Path, typer.Option(help="The dataset.")] = Path("data/build"),
    configs: Annotated[Path, typer.Option(help="Folder of our configurations.")] = Path("configs"),
) -> None:
    """Train and measure every contender, and show the table."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    dataset = read_dataset(data)
    rules = RulesAlone(Lexicon.load(configs / "cues.yaml"))
    suites = {path.stem: file_suite(path, rules, trained_texts(dataset)) for path in on}
    (out / "runs").mkdir(parents=True, exist_ok=True)
    contenders = _contenders(rules, configs, out)
    unknown = set(only or ()) - contenders.keys()
    if unknown:
        raise typer.BadParameter(f"no contender {unknown}; there are {', '.join(contenders)}")
    runs = []
    for name, (fit, seeded) in contenders.items():
        if only and name not in only:
            continue
        for seed in [int(part) for part in seeds.split(",")][: None if seeded else 1]:
            runs.append(
                _kept(out / "runs" / f"{name}-{seed}.json", name, fit, seed, dataset, suites)
            )
    _show(runs, list(suites), out)


def _contenders(rules: RulesAlone, configs: Path, out: Path) -> dict[str, tuple[Fit, bool]]:
    """Each contender's `fit`, and whether the seed makes a difference to it."""
    ready: dict[str, tuple[Fit, bool]] = {
        "always-asserted": (lambda *_: Fitted(AlwaysAsserted().predict_proba, 0), False),
        "rules": (lambda *_: Fitted(rules.predict_proba, _size(configs / "cues.yaml")), False),
        "zero-shot": (zero_shot, False),
        "tfidf": (tfidf, False),
        "spacy": (spacy_textcat, True),
        "setfit": (setfit, True),
        "stock-2e-5": (stock(2e-5), True),
        "stock-5e-5": (stock(5e-5), True),
    }
    for path in (configs / "baseline.yaml", configs / "transformer.yaml"):
        config = load_model_config(path)
        fit = _ours(config, out)
        ready[f"ours-{config.name}"] = fit, isinstance(config, TransformerConfig)
    return ready


def _ours(config: BaselineConfig | TransformerConfig, out: Path) -> Fit:
    """What `claimstance train` does, without its tracking; the model stays in OUT/models."""

    def fit(train: Examples, validation: Examples, seed: int) -> Fitted:
        from claimstance.models.classifier import Trainable
        from claimstance.training_report import calibrate_on

        if isinstance(config, BaselineConfig):
            from claimstance.models.baseline import fit_baseline

            classifier: Trainable = fit_baseline(config, train.texts, train.labels)
        else:
            from claimstance.models import finetune

            with tempfile.TemporaryDirectory() as work:
                classifier = finetune.fit_transformer(
                    config.model_copy(update={"seed": seed}),
                    finetune.Examples(train.texts, train.labels, train.spans),
                    finetune.Examples(validation.texts, validation.labels, validation.spans),
                    Path(work),
                    lambda *_: None,
                )
        calibrate_on(classifier, validation.texts, np.array(validation.labels))
        folder = out / "models" / f"{config.name}-{seed}"
        folder.mkdir(parents=True, exist_ok=True)
        classifier.save(folder)
        return Fitted(classifier.predict_proba, _size(folder))

    return fit


def _kept(
    path: Path, name: str, fit: Fit, seed: int, dataset: Dataset, suites: Mapping[str, Any]
) -> Run:
    """The run as it was kept, or made now."""
    if path.is_file():
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["data"] == dataset.digest and set(suites) <= kept["files"].keys():
            files = {key: Measured(**value) for key, value in kept["files"].items()}
            return Run(**{**kept, "files": files})
    say(f"{name}, seed {seed} ...")
    run = _run(name, fit, seed, dataset, suites)
    path.write_text(json.dumps(asdict(run), indent=2) + "\n", encoding="utf-8")
    return run


def _run(name: str, fit: Fit, seed: int, dataset: Dataset, suites: Mapping[str, Any]) -> Run:
    train, validation = (
        Examples([i.sentence.text for i in items], [i.stance.id for i in items], annotated(items))
        for items in (dataset.splits[Split.TRAIN], gold_of(dataset, Split.VALIDATION))
    )
    start = time.perf_counter()
    fitted = fit(train, validation, seed)
    trained = time.perf_counter() - start
    count, seconds, files = 0, 0.0, {}
    for file, suite in suites.items():
        start = time.perf_counter()
        probabilities = fitted.predict(suite.texts)
        seconds += time.perf_counter() - start
        scores = score(suite.gold, probabilities)
        f1 = {stance.value: scores.per_class[stance].f1 or 0.0 for stance in STANCES}
        ece = expected_calibration_error(suite.gold, probabilities)
        files[file] = Measured(scores.macro_f1 or 0.0, f1, ece)
        count += len(suite.texts)
    return Run(name, seed, dataset.digest, trained, count / seconds, fitted.size, files)


def _show(runs: Sequence[Run], files: Sequence[str], out: Path) -> None:
    columns = ["contender"]
    for file in files:
        columns += [f"{file} macro-F1", "denied", "disputed", "no_claim", "ECE"]
    columns += ["training s", "sentences/s", "MB"]
    rows = []
    for name in dict.fromkeys(run.contender for run in runs):
        own = [run for run in runs if run.contender == name]
        row = [name]
        for file in files:
            row += _cells([run.files[file] for run in own])
        row += [
            f"{np.mean([run.training_seconds for run in own]):,.0f}",
            f"{np.mean([run.sentences_a_second for run in own]):,.0f}",
            f"{np.mean([run.size for run in own]) / 1e6:,.1f}",
        ]
        rows.append(row)
    table("Quality", columns, rows)
    (out / "table.md").write_text(markdown_table(columns, rows) + "\n", encoding="utf-8")
    _plot(runs, files, out / "quality.png")
    say(f"written to {out}")


def _cells(measured: Sequence[Measured]) -> list[str]:
    """Means over the seeds; the headline with its standard deviation."""
    headline = [part.macro_f1 for part in measured]
    spread = f" ± {np.std(headline, ddof=1):.3f}" if len(headline) > 1 else ""
    means = [
        np.mean([part.f1[name] for part in measured]) for name in ("denied", "disputed", "no_claim")
    ]
    ece = np.mean([part.ece for part in measured])
    return [figure(float(np.mean(headline))) + spread, *map(figure, map(float, [*means, ece]))]


def _plot(runs: Sequence[Run], files: Sequence[str], path: Path) -> None:
    """A dot for each seed and a bar for their mean, a panel for each file."""
    from matplotlib.figure import Figure

    names = list(dict.fromkeys(run.contender for run in runs))
    page = Figure(figsize=(4.6 * len(files) + 1.4, 0.42 * len(names) + 1.4), layout="constrained")
    for axes, file in zip(
        page.subplots(1, len(files), sharey=True, squeeze=False)[0], files, strict=True
    ):
        for row, name in enumerate(names):
            values = [run.files[file].macro_f1 for run in runs if run.contender == name]
            colour = "#0072B2" if name.startswith("ours") else "#8C8C8C"
            axes.barh(row, np.mean(values), color=colour, alpha=0.6)
            axes.plot(values, [row] * len(values), "o", color="black", markersize=3)
            axes.text(0.02, row, f"{np.mean(values):.3f}", va="center", fontsize=8)
        axes.set(title=file, xlabel="macro-F1 over asserted, denied, disputed", xlim=(0, 1))
        axes.set_yticks(range(len(names)), names)
        axes.grid(axis="x", alpha=0.25)
    page.axes[0].invert_yaxis()
    page.savefig(path, dpi=150)


def _size(path: Path) -> int:
    parts = path.rglob("*") if path.is_dir() else [path]
    return sum(part.stat().st_size for part in parts if part.is_file())


if __name__ == "__main__":
    typer.run(main)
