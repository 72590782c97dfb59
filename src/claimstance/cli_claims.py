"""What is made of predictions: `ledger` and `report`; and `serve`, which predicts and shows."""

from pathlib import Path
from typing import Annotated

import typer

from claimstance.cli_articles import Chosen, MinConfidence, Model, RegisteredModel, model_folder
from claimstance.console import say

Predictions = Annotated[
    list[str],
    typer.Argument(
        metavar="PREDICTIONS...",
        help="What predict wrote: .jsonl, .csv or .parquet files, folders of parts, globs.",
    ),
]
Threshold = Annotated[
    float | None,
    typer.Option(
        help="How alike the mentions of one claim have to be, .48 without it; lower makes fewer, "
        "larger claims."
    ),
]


def ledger(
    predictions: Predictions,
    out: Annotated[Path, typer.Option(help="Folder for the ledger; replaced as a whole.")],
    threshold: Threshold = None,
) -> None:
    """List every claim with who asserts, who denies and who disputes it, when and where.

    The most contested come first: the more voices on the smaller of two sides, those who assert
    it and those who deny or dispute it, the more contested. Writes ledger.jsonl (a claim a line),
    ledger.parquet (a mention a row), unresolved.jsonl (mentions that only point at a claim, as
    "it" does) and summary.json.

    A ledger says who says what, never whether it is true.
    """
    from claimstance.ledger import build
    from claimstance.ledger.files import check_out, write
    from claimstance.ledger.show import show
    from claimstance.prediction.reading import read_predictions

    check_out(out, predictions)
    built = build(read_predictions(predictions), threshold)
    write(built, out)
    show(built, out)


def report(
    predictions: Predictions,
    out: Annotated[Path, typer.Option(help="The page to write.")] = Path("report.html"),
    title: Annotated[
        str, typer.Option(help="The page's title; without it the article's, or their number.")
    ] = "",
    threshold: Threshold = None,
) -> None:
    """Write a page to read: every sentence marked by stance, its source, cue and claim underlined.

    One HTML file that needs no network, with the ledger, and filters by stance, source and score.
    """
    from claimstance.evaluation.tables import counted
    from claimstance.page.report import write_report

    written = write_report(predictions, out, title, threshold)
    say(f"{counted(written, 'sentence')}, written to {out}")


def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; other machines reach 0.0.0.0.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)
    ] = 8080,
    model: Model = "champion",
    registered_model: RegisteredModel = "claim-stance",
    min_confidence: MinConfidence = 0.0,
    runtime: Chosen = "auto",
    max_chars: Annotated[
        int, typer.Option(help="Refuse requests with more characters than this.", min=1)
    ] = 100_000,
) -> None:
    """Serve a page that marks what is pasted or dropped there, and POST /predict for programs.

    One request is computed at a time; a few wait, more are told to come again. The description
    of POST /predict is at /openapi.json.
    """
    from claimstance.serving.limits import Limits
    from claimstance.serving.serve import serve as run

    folder = model_folder(model, registered_model)
    run(folder, runtime, host, port, min_confidence, Limits(chars=max_chars))
