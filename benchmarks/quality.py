"""Ours against what a user would pick instead: same training data, same files, same seeds.

    python benchmarks/quality.py --on news.jsonl [--on more.jsonl] --out reports/quality

Needs the dataset (`make data`) and `pip install -c constraints.txt -e ".[benchmarks]"`. Each
contender and seed is kept in OUT/runs as soon as it is done; the same command goes on from there.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from contenders import Contender, all_contenders
from outcome import Run, fresh_run, stored_run
from peers import Examples
from show import show

from claimstance.console import say
from claimstance.evaluation.report import Suite
from claimstance.evaluation.suites import file_suite, gold_of, trained_texts
from claimstance.labelling.dataset import read_dataset
from claimstance.labelling.lexicon import Lexicon
from claimstance.labelling.splits import Split
from claimstance.models.yardsticks import RulesAlone

os.environ.setdefault("HF_HUB_OFFLINE", "1")


def main(
    on: Annotated[list[Path], typer.Option(help="A labelled JSONL file; may be repeated.")],
    out: Annotated[Path, typer.Option(help="Folder for the runs, the tables and the plot.")] = Path(
        "reports/quality"
    ),
    seeds: Annotated[str, typer.Option(help="Seeds, with commas between them.")] = "13,23,33",
    only: Annotated[
        list[str] | None, typer.Option(help="Only this contender; may be repeated.")
    ] = None,
    data: Annotated[Path, typer.Option(help="The dataset.")] = Path("data/build"),
    configs: Annotated[Path, typer.Option(help="Folder of our configurations.")] = Path("configs"),
) -> None:
    """Train and measure every contender, and show what came of it."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    dataset = read_dataset(data)
    suites = _suites(on, RulesAlone(Lexicon.load(configs / "cues.yaml")), trained_texts(dataset))
    train = Examples(dataset.splits[Split.TRAIN])
    validation = Examples(gold_of(dataset, Split.VALIDATION))
    (out / "runs").mkdir(parents=True, exist_ok=True)
    runs = []
    for contender in _chosen(configs, out, only):
        for seed in [int(part) for part in seeds.split(",")][: None if contender.seeded else 1]:
            path = out / "runs" / f"{contender.name}-{seed}.json"
            run = stored_run(path, contender, dataset.digest, suites)
            if run is None:
                say(f"{contender.name}, seed {seed} ...")
                run = fresh_run(contender, seed, (train, validation), dataset.digest, suites)
                _store(run, path)
            runs.append(run)
    show(runs, list(suites), out)


def _suites(on: list[Path], rules: RulesAlone, trained: frozenset[str]) -> Mapping[str, Suite]:
    suites = {path.stem: file_suite(path, rules, trained) for path in on}
    if len(suites) < len(on):
        raise typer.BadParameter("two of the files to measure on have one name; rename one")
    return suites


def _chosen(configs: Path, out: Path, only: list[str] | None) -> list[Contender]:
    contenders = {part.name: part for part in all_contenders(configs, out / "models")}
    unknown = set(only or ()) - contenders.keys()
    if unknown:
        names = ", ".join(contenders)
        raise typer.BadParameter(f"no contender {', '.join(unknown)}; there are {names}")
    return [part for part in contenders.values() if not only or part.name in only]


def _store(run: Run, path: Path) -> None:
    """Whole or not at all: an interrupted writing must not pass for a run."""
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(asdict(run), indent=2) + "\n", encoding="utf-8")
    partial.replace(path)


if __name__ == "__main__":
    typer.run(main)
