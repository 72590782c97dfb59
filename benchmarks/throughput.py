"""Sentences a second on one core, from articles to rows: ours against other ways to run the model.

    python benchmarks/throughput.py articles.jsonl --model models/transformer --on labelled.jsonl

Every engine runs in a process of its own on one core, loading not counted; the engines take turns
round by round, so that a machine that slows down slows all of them. Needs an exported model and,
for the head of `encode-and-head`, the dataset that its configuration names.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer

from claimstance.console import say, table
from claimstance.evaluation.tables import markdown_table

ENGINES = ("pipeline-1", "pipeline-32", "encode-and-head", "torch", "onnx", "int8")
ENGINES += ("int8-float32", "no-spans", "ours")
STOCK = ("pipeline-1", "pipeline-32")
REFERENCE = "torch"  # the model that the others are to answer like
STAGES = ("read", "cut, rows", "tokens", "exits, int8", "float32", "predict", "write")
ALONE = {"OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
ALONE |= {"HF_HUB_OFFLINE": "1", "CUDA_VISIBLE_DEVICES": ""}

Runs = dict[str, list[dict[str, Any]]]


def main(
    articles: Annotated[Path, typer.Argument(help="Articles as JSON lines.")],
    model: Annotated[Path, typer.Option(help="A transformer with its ONNX engine.")] = Path(
        "models/transformer"
    ),
    on: Annotated[
        list[Path] | None, typer.Option(help="A labelled JSONL file; may be repeated.")
    ] = None,
    limit: Annotated[int, typer.Option(help="Articles to read, from the first.")] = 150,
    rounds: Annotated[int, typer.Option(help="Runs of each engine.", min=1)] = 3,
    only: Annotated[
        list[str] | None, typer.Option(help="Only this engine; may be repeated.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the tables.")] = Path("reports/throughput"),
) -> None:
    """Run every engine in turn, and show rates, macro-F1 and where our time goes."""
    unknown = set(only or ()) - set(ENGINES)
    if unknown:
        raise typer.BadParameter(f"no engine {', '.join(unknown)}; there are {', '.join(ENGINES)}")
    chosen = [name for name in ENGINES if not only or name in only]
    runs: Runs = {name: [] for name in chosen}
    options = ["--articles", articles, "--model", model, "--limit", limit]
    for number in range(rounds):
        for name in chosen:
            say(f"round {number + 1} of {rounds}: {name} ...")
            labelled = [part for path in on or [] for part in ("--on", path)] if not number else []
            runs[name].append(_measure(name, [*options, *labelled]))
    show(runs, out)


def _measure(name: str, options: list[Any]) -> dict[str, Any]:
    """One engine in a process of its own, on the last of our cores."""
    core = max(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as work:
        script = Path(__file__).with_name("engines.py")
        command = [sys.executable, script, name, *options, "--out", Path(work) / "rows.jsonl"]
        done = subprocess.run(
            [*map(str, command)],
            env=os.environ | ALONE,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )
    if done.returncode:
        say(f"{name}: failed, see above")
        sys.exit(1)
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def show(runs: Runs, out: Path) -> None:
    """Three tables: rates, answers on labelled files, and our stages; JSON beside them."""
    pages = [("rates", *_rates(runs)), ("answers", *_answers(runs)), ("our time", *_stages(runs))]
    parts = []
    for title, columns, rows in pages:
        if rows:
            table(title, columns, rows)
            parts.append(f"## {title}\n\n{markdown_table(columns, rows)}\n")
    out.mkdir(parents=True, exist_ok=True)
    machine = {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count()}
    (out / "tables.md").write_text("\n".join(parts), encoding="utf-8")
    (out / "runs.json").write_text(json.dumps({"machine": machine, "runs": runs}, indent=2) + "\n")
    say(f"written to {out}")


def _rates(runs: Runs) -> tuple[list[str], list[list[str]]]:
    rates = {name: _rate(own, "processor") for name, own in runs.items()}
    stock = max((median(rates[name]) for name in STOCK if name in rates), default=None)
    columns = ["engine", "sentences a processor second", "least to most"]
    columns += ["a second by the clock", "times the better pipeline"]
    rows = [
        [
            name,
            f"{median(rate):.0f}",
            f"{min(rate):.0f} to {max(rate):.0f}",
            f"{median(_rate(runs[name], 'wall')):.0f}",
            f"{median(rate) / stock:.2f}" if stock else "",
        ]
        for name, rate in rates.items()
    ]
    return columns, rows


def _rate(own: list[dict[str, Any]], clock: str) -> list[float]:
    return [part["sentences"] / part[clock] for part in own]


def _answers(runs: Runs) -> tuple[list[str], list[list[str]]]:
    """Macro-F1 by file, and how many stances differ from the reference's."""
    reference = runs.get(REFERENCE, [{"files": {}}])[0]["files"]
    columns, rows = ["engine", "file", "macro-F1", f"stances unlike {REFERENCE}"], []
    for name, own in runs.items():
        for file, found in own[0]["files"].items():
            flips = ""
            if file in reference:
                pairs = zip(found["answers"], reference[file]["answers"], strict=True)
                flips = f"{sum(one != other for one, other in pairs)} of {len(found['answers'])}"
            rows.append([name, file, f"{found['macro_f1'] or 0:.3f}", flips])
    return columns, rows


def _stages(runs: Runs) -> tuple[list[str], list[list[str]]]:
    """Microseconds a sentence; `predict` is what is left of it around the other stages."""
    own = [part["stages"] for part in runs.get("ours", [])]
    rows = [
        [stage, f"{median(part.get(stage, 0.0) for part in own):.0f}"] for stage in STAGES if own
    ]
    return ["stage", "microseconds a sentence"], rows


if __name__ == "__main__":
    typer.run(main)
