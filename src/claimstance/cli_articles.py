"""The two commands that read articles: `label` and `predict`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from claimstance.errors import ClusterError, ModelError
from claimstance.prediction.formats import Format

if TYPE_CHECKING:
    from claimstance.models.loading import Runtime
    from claimstance.prediction.predict import Engine

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
Out = Annotated[
    str | None,
    typer.Option(
        help="A .jsonl, .csv or .parquet file, or FOLDER/ for a folder of parts; without it JSON "
        "lines are printed."
    ),
]
OutputFormat = Annotated[
    Format | None, typer.Option("--format", help="Write a folder of parts in this format.")
]
Restart = Annotated[
    bool, typer.Option("--restart", help="Begin anew where an unfinished run would go on.")
]
Model = Annotated[str, typer.Option(help="A model folder, or the champion of the registry.")]
RegisteredModel = Annotated[str, typer.Option(help="The registered model whose champion is meant.")]
MaxErrors = Annotated[
    int | None,
    typer.Option(help="Stop when more articles than this cannot be read; never without it.", min=0),
]
Where = Annotated[
    Literal["local", "ray"],
    typer.Option("--engine", help="Compute in this process, or on Ray with one actor a core."),
]
RayAddress = Annotated[
    str | None, typer.Option(help="Join this cluster, HOST:PORT, rather than start one here.")
]
Workers = Annotated[
    int | None, typer.Option(help="How many actors; a core each without it.", min=1)
]
Cluster = tuple[str | None, int | None]  # its address, if it is elsewhere, and workers, if told
SOME_UNREADABLE = 3  # the exit code

Spans = Annotated[
    bool,
    typer.Option(
        "--spans/--no-spans", help="Find source, cue and claim too; without them it is faster."
    ),
]
Chosen = Annotated[
    Literal["auto", "onnx", "torch"],
    typer.Option(
        "--runtime",
        help="What computes a transformer: its ONNX engine or PyTorch; auto takes PyTorch where "
        "there is a GPU, or no engine.",
    ),
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


def predict(  # noqa: PLR0913, PLR0917 (a command has the options that it has)
    inputs: Inputs,
    out: Out = None,
    form: OutputFormat = None,
    restart: Restart = False,
    model: Model = "champion",
    registered_model: RegisteredModel = "claim-stance",
    min_confidence: MinConfidence = 0.0,
    max_chars: MaxChars = 1_000_000,
    max_errors: MaxErrors = None,
    runtime: Chosen = "auto",
    spans: Spans = True,
    engine: Where = "local",
    ray_address: RayAddress = None,
    workers: Workers = None,
) -> None:
    """Give every sentence of the articles a stance, one row a sentence.

    Stopped in whatever way, the same command goes on where it was. What cannot be read is passed
    over and listed in OUT.errors.jsonl, and the exit code is then 3. With --min-confidence .9, say,
    only rows that are not `abstained` are to be acted on; the evaluation report tells how often
    those are right, and how many remain.

    A stance is what the sentence does with a claim, never whether the claim is true.
    """
    from claimstance.prediction.place import place_of
    from claimstance.prediction.run import Request, predict_all
    from claimstance.prediction.show import show_summary
    from claimstance.reading.articles import open_inputs

    place = place_of(out, form)
    files = open_inputs(inputs, place.written if place else ())
    request = Request(files, place, min_confidence, max_chars, max_errors, restart)
    folder = model_folder(model, registered_model)
    with _engine(folder, runtime, spans, _cluster(engine, ray_address, workers)) as opened:
        summary = predict_all(request, opened)
    show_summary(summary, opened.model, place)
    if summary.unreadable:
        raise typer.Exit(SOME_UNREADABLE)


def _cluster(kind: str, address: str | None, workers: int | None) -> Cluster | None:
    if kind == "ray" or address:
        return address, workers
    if workers:
        raise ClusterError(f"--workers {workers}: only Ray has workers; add --engine ray")
    return None


@contextmanager
def _engine(
    folder: Path, runtime: "Runtime", spans: bool, cluster: Cluster | None
) -> Iterator["Engine"]:
    if cluster:
        from claimstance.prediction.cluster import ray_engine

        with ray_engine(folder, runtime, spans, *cluster) as engine:
            yield engine
        return
    from claimstance.models.loading import load_classifier
    from claimstance.prediction.predict import LocalEngine

    yield LocalEngine(load_classifier(folder, runtime, spans))


def model_folder(model: str, registered_model: str) -> Path:
    """The folder that --model names; ModelError for a champion where no models are tracked."""
    if model != "champion":
        return Path(model)
    from claimstance.tracking.local_champion import local_champion

    return local_champion(registered_model) or _registered(registered_model)


def _registered(registered_model: str) -> Path:
    from claimstance.tracking import registry, store

    if not store.exists():
        raise ModelError(
            f"{store.LOCAL_FOLDER}: no models are tracked here: stand in the project's folder, or "
            "name a model folder with --model"
        )
    store.connect()
    folder: Path = registry.champion_folder(registered_model)
    return folder
