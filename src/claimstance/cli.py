"""The command line. Each command parses, calls one function, and shows what came of it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from claimstance import __version__
from claimstance.console import say
from claimstance.errors import ClaimstanceError, ModelError

NOT_TRUTH = "A stance is what the sentence does with a claim, never whether the claim is true."

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Reads news and says, sentence by sentence, what is asserted, what is denied and what "
    f"is disputed. {NOT_TRUTH}",
)

Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT...",
        help="Articles: .txt, .md, .html, .jsonl, .csv or .parquet files, folders, globs, or - "
        "for standard input.",
    ),
]
MaxChars = Annotated[
    int, typer.Option(help="Refuse an article with more characters than this.", min=1)
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


@app.command()
def label(
    inputs: Inputs,
    out: Annotated[Path, typer.Option(help="Folder for the dataset; replaced as a whole.")],
    config: Annotated[Path, typer.Option(help="How to label and split.")] = Path(
        "configs/data.yaml"
    ),
    max_chars: MaxChars = 1_000_000,
) -> None:
    """Build a dataset: gold labels where the input has them, cue rules elsewhere.

    Writes Parquet splits and a Hugging Face DatasetDict, split by article, and what needs a
    person's eye: review.jsonl (the rules conflict or abstain; fill in `label` and pass the file
    along with the articles), excluded.jsonl (near-identical to a sentence of another split) and
    unaligned.jsonl (gold sentences that our splitter cuts differently).
    """
    from claimstance.config import load_data_config
    from claimstance.labelling.build import build_dataset
    from claimstance.labelling.show import show_built

    show_built(build_dataset(inputs, load_data_config(config), out, max_chars), out)


@app.command()
def train(
    config: Annotated[Path, typer.Argument(help="One experiment, such as configs/baseline.yaml.")],
) -> None:
    """Train one model in one tracked run, and register it.

    Interrupted, it keeps its finished epochs; the same command goes on from there.
    """
    from claimstance.evaluation.show import show_scores
    from claimstance.training import train as run

    trained = run(config)
    show_scores(trained.manifest.id, {split.value: part for split, part in trained.scores.items()})
    say(f"trained: {trained.folder}")


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
    report = evaluate(Request(models, data, cues, files, on or [], folder))
    show_report(report, folder)


@app.command()
def predict(
    inputs: Inputs,
    out: Annotated[
        Path | None,
        typer.Option(help="A .jsonl, .csv or .parquet file; without it JSON lines are printed."),
    ] = None,
    model: Annotated[
        str, typer.Option(help="A model folder, or the champion of the registry.")
    ] = "champion",
    registered_model: Annotated[
        str, typer.Option(help="The registered model whose champion is meant.")
    ] = "claim-stance",
    max_chars: MaxChars = 1_000_000,
) -> None:
    """Give every sentence of the articles a stance, one row a sentence.

    A stance is what the sentence does with a claim, never whether the claim is true.
    """
    from claimstance.prediction.output import output
    from claimstance.prediction.predict import predict_to
    from claimstance.prediction.show import show_summary
    from claimstance.reading.articles import count_articles, read_articles

    articles = read_articles(inputs, max_chars, say)
    folder = _champion(registered_model) if model == "champion" else Path(model)
    from claimstance.models.store import load_classifier

    classifier = load_classifier(folder)
    with output(out) as writer:
        summary = predict_to(articles, classifier, writer, count_articles(inputs))
    show_summary(summary, classifier.id, out)


@app.command()
def ui(
    port: Annotated[int, typer.Option(help="Port on this machine.", min=1, max=65535)] = 5000,
) -> None:
    """Serve the tracking page on this machine, at http://127.0.0.1:PORT."""
    from claimstance.tracking.page import serve

    serve(port)


def _champion(registered_model: str) -> Path:
    from claimstance.tracking import registry, store

    if not store.exists():
        raise ModelError(
            f"{store.LOCAL_FOLDER}: no models are tracked here: stand in the project's folder, or "
            "name a model folder with --model"
        )
    store.connect()
    folder: Path = registry.champion_folder(registered_model)
    return folder


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
