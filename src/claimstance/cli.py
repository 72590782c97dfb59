"""The command line. Each command parses, calls one function, and shows what came of it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from claimstance import __version__
from claimstance.cli_articles import label, predict
from claimstance.cli_claims import ledger, report, serve
from claimstance.console import say
from claimstance.errors import ClaimstanceError

NOT_TRUTH = "A stance is what the sentence does with a claim, never whether the claim is true."

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Reads news and says, sentence by sentence, what is asserted, what is denied and what "
    f"is disputed. {NOT_TRUTH}",
)

Perturb = Annotated[
    bool,
    typer.Option(
        help="Also measure under changes that leave the stance alone: other names and numbers, "
        "case, quotes, lost apostrophes. Takes seven times as long."
    ),
]


def _version(shown: bool) -> None:
    if shown:
        typer.echo(f"claimstance {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Options of the program itself."""


app.command()(label)
app.command()(predict)
app.command()(ledger)
app.command()(report)
app.command()(serve)


@app.command()
def train(
    config: Annotated[Path, typer.Argument(help="One experiment, such as configs/baseline.yaml.")],
) -> None:
    """Train one model in one tracked run, and register it.

    Interrupted, it keeps its finished epochs; the same command goes on from there.
    """
    from claimstance.evaluation.show import show_engines, show_scores
    from claimstance.models import agreement
    from claimstance.training import train as run

    trained = run(config)
    show_engines(agreement.read(trained.folder))
    show_scores(trained.manifest.id, {split.value: part for split, part in trained.scores.items()})
    say(f"trained: {trained.folder}")


@app.command()
def export(
    model: Annotated[Path, typer.Argument(help="The folder of a transformer.")],
    data: Annotated[Path, typer.Option(help="The dataset to calibrate and measure on.")] = Path(
        "data/build"
    ),
) -> None:
    """Make a transformer's ONNX engine anew, as training does in its last step.

    It is measured beside the PyTorch model on the validation split; what does not agree with it
    is left out of the folder.
    """
    from claimstance.evaluation.show import show_engines
    from claimstance.exporting import export as run

    show_engines(run(model, data))


@app.command(name="cross-validate")
def cross_validate(
    config: Annotated[Path, typer.Argument(help="One experiment, such as configs/baseline.yaml.")],
    folds: Annotated[int, typer.Option(help="Parts of the articles; a training each.", min=2)] = 5,
    out: Annotated[Path, typer.Option(help="Folder for out_of_fold.jsonl.")] = Path(
        "reports/cross-validation"
    ),
) -> None:
    """Judge every sentence with a gold label by a model that never saw its article.

    The sentences whose label looks least likely come first in OUT/out_of_fold.jsonl: read those
    again to find wrong labels.
    """
    from claimstance.cross_validation import ROWS
    from claimstance.cross_validation import cross_validate as run
    from claimstance.evaluation.show import show_scores

    found = run(config, folds, out)
    show_scores(f"{folds} folds", {config.stem: found.scores})
    if found.groups:
        say(
            f"contrast groups: every sentence right in {found.groups.right} of {found.groups.total}"
        )
    say(f"written: {out / ROWS}")


@app.command(name="eval")
def evaluate(
    on: Annotated[
        list[Path] | None,
        typer.Option(help="Evaluate on this labelled JSONL file instead; may be repeated."),
    ] = None,
    model: Annotated[
        list[Path] | None, typer.Option(help="A model folder; may be repeated.")
    ] = None,
    data: Annotated[Path, typer.Option(help="The dataset with the test split.")] = Path(
        "data/build"
    ),
    seeds: Annotated[list[Path] | None, typer.Option(help="Labelled files beside it.")] = None,
    cues: Annotated[Path, typer.Option(help="The lexicon of the rules.")] = Path(
        "configs/cues.yaml"
    ),
    perturb: Perturb = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the report: reports/eval, or with --on reports/FILE."),
    ] = None,
) -> None:
    """Measure the models beside always-asserted and the rules alone, on gold labels only.

    Without --on it measures on the test split, its contrast groups and the seeds, and moves the
    alias `champion` to the model with the better validation score if a paired bootstrap
    supports it. With --on it leaves out what stands in the training split of the data.
    """
    from claimstance.evaluation.evaluate import Request, evaluate
    from claimstance.evaluation.show import show_report

    models = model or [Path("models/baseline"), Path("models/transformer")]
    files = seeds if seeds is not None else [Path("seeds/al-bukamal.gold.jsonl")]
    folder = out or Path("reports") / (on[0].stem if on else "eval")
    report = evaluate(Request(models, data, cues, files, on or [], folder, perturb))
    show_report(report, folder)


@app.command()
def ui(
    port: Annotated[int, typer.Option(help="Port on this machine.", min=1, max=65535)] = 5000,
) -> None:
    """Serve the tracking page on this machine, at http://127.0.0.1:PORT."""
    from claimstance.tracking.page import serve

    serve(port)


def main() -> None:
    """Run a command; a user's error is one line and exit code 2, an interruption 130."""
    try:
        app(standalone_mode=True)
    except ClaimstanceError as error:
        say(_line(f"error: {error}", error))
        sys.exit(2)
    except SystemExit as ended:
        cause = ended.__context__ and ended.__context__.__cause__  # typer hides it in an `Exit`
        if isinstance(cause, KeyboardInterrupt):
            say(_line("interrupted", cause))
        raise


def _line(message: str, error: BaseException) -> str:
    """The message, with what was noted on the error on its way here."""
    return "; ".join([message, *getattr(error, "__notes__", [])])
