"""One run a training: what it was made of, how it went, and how it ended."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import mlflow
from mlflow.exceptions import MlflowException

from claimstance.labelling.dataset import Dataset, to_frame
from claimstance.labelling.splits import WRITTEN_SPLITS
from claimstance.tracking.store import MISSING, experiment_id, refusals


@contextmanager
def tracked_run(name: str, experiment: str, resume: str | None = None) -> Iterator[str]:
    """A run from start to end; yields its id.

    It ends as FINISHED, as KILLED when the user interrupts it, or else as FAILED.
    `resume` is the id of an interrupted run that goes on.

    Raises:
        TrackingError: the store refuses, or is gone, at any time of the run.
    """
    mlflow.flush_async_logging()
    with refusals():
        if resume and _exists(resume):
            run = mlflow.start_run(run_id=resume)
        else:
            run = mlflow.start_run(run_name=name, experiment_id=experiment_id(experiment))
        status = "FAILED"
        try:
            yield str(run.info.run_id)
            status = "FINISHED"
        except KeyboardInterrupt:
            status = "KILLED"
            raise
        finally:
            mlflow.end_run(status)


def log_config(config: Mapping[str, Any], text: str, tags: Mapping[str, str]) -> None:
    """The resolved configuration, as parameters and as the file that `text` holds."""
    mlflow.log_params(dict(config))
    mlflow.log_text(text, "config.yaml")
    mlflow.set_tags(dict(tags))


def log_dataset(dataset: Dataset, source: Path) -> None:
    """Every split as a dataset input, with its size and our own SHA-256 as the digest."""
    for split in WRITTEN_SPLITS:
        frame = to_frame(dataset.splits[split]).drop(columns=["votes"])
        part = mlflow.data.from_pandas(  # type: ignore[attr-defined]
            frame,
            source=(source / f"{split}.parquet").resolve().as_uri(),
            targets="label",
            name=f"{source.name}-{split}",
            digest=dataset.digest[:32],
        )
        mlflow.log_input(part, context=split.value)
    sizes = {f"sentences_{split}": size for split, size in dataset.sizes().items()}
    mlflow.log_params({"dataset_digest": dataset.digest, **sizes})


def log_metrics(metrics: Mapping[str, float | None], step: int | None = None) -> None:
    """Figures that are defined; an undefined one (None) is left out rather than logged as 0."""
    defined = {name: value for name, value in metrics.items() if value is not None}
    mlflow.log_metrics(defined, step=step, synchronous=True)


def log_folder(folder: Path, destination: str) -> None:
    """Every file of a folder as artifacts."""
    mlflow.log_artifacts(str(folder), destination)


def _exists(run_id: str) -> bool:
    try:
        return bool(mlflow.get_run(run_id).info.lifecycle_stage == "active")
    except MlflowException as error:
        if error.error_code != MISSING:
            raise
        return False
