"""The two commands that read articles: `label` and `predict`."""

from pathlib import Path
from typing import Annotated

import typer

from claimstance.console import say
from claimstance.errors import ModelError

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
MinConfidence = Annotated[
    float,
    typer.Option(help="Mark an answer as `abstained` when its score is under this.", min=0, max=1),
]


def label(
    inputs: Inputs,
    out: Annotated[Path, typer.Option(help="Folder for the dataset; replaced as a whole.")],
    config: Annotated[Path, typer.Option(help="How to label and split.")] = Path(
        "configs/data.yaml"
    ),
    extra: Annotated[
        list[Path] | None,
        typer.Option(
            help="A labelled .jsonl file to train on and never measure on; may be "
            "repeated. Comes on top of `extra` in the configuration."
        ),
    ] = None,
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

    settings = load_data_config(config)
    settings = settings.model_copy(update={"extra": (*settings.extra, *(extra or []))})
    show_built(build_dataset(inputs, settings, out, max_chars), out)


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
    min_confidence: MinConfidence = 0.0,
    max_chars: MaxChars = 1_000_000,
) -> None:
    """Give every sentence of the articles a stance, one row a sentence.

    With --min-confidence .9, say, only rows that are not `abstained` are to be acted on; the
    evaluation report tells how often those are right, and how many remain.

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
        total = count_articles(inputs)
        summary = predict_to(articles, classifier, writer, total, min_confidence)
    show_summary(summary, classifier.id, out)


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
