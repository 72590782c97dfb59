"""Where runs are kept: a local SQLite file by default, or the server MLFLOW_TRACKING_URI names."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from claimstance.errors import TrackingError

LOCAL_FOLDER = Path("mlruns")
MISSING = "RESOURCE_DOES_NOT_EXIST"  # the error codes of MLflow that are no trouble everywhere
TAKEN = "RESOURCE_ALREADY_EXISTS"
_SQLITE = "sqlite:///"
_DATABASE = "mlflow.db"
_PATIENCE = 5.0  # seconds a tracking server has to answer


def tracking_uri() -> str:
    """The tracking URI in force; the local store lies under the folder one stands in."""
    return os.environ.get("MLFLOW_TRACKING_URI") or _local_uri()


def connect() -> None:
    """Point MLflow at the store.

    Raises:
        TrackingError: the server does not answer, the local folder cannot be written, or the
            URI leads to no store.
    """
    # A newsroom's training is nobody else's business; a dead server is told within seconds.
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    uri = tracking_uri()
    if uri.startswith("http"):
        _probe(uri)
    _hush()
    if uri.startswith(_SQLITE):
        _create(Path(uri.removeprefix(_SQLITE)))
    _open(uri)


def exists() -> bool:
    """Whether there can be anything to find: a local store begins with the first training."""
    return tracking_uri() != _local_uri() or local_database() is not None


def local_database() -> Path | None:
    """The file of the local store; None where there is none yet, or another store is in force."""
    path = (LOCAL_FOLDER / _DATABASE).resolve()
    if os.environ.get("MLFLOW_REGISTRY_URI"):  # the registered models are kept elsewhere
        return None
    return path if tracking_uri() == _local_uri() and path.is_file() else None


def experiment_id(name: str) -> str:
    """The id of an experiment, which is created on first use.

    Raises:
        TrackingError: the store refuses.
    """
    import mlflow

    with refusals():
        found = mlflow.get_experiment_by_name(name)
        if found is not None:
            return str(found.experiment_id)
        return str(mlflow.create_experiment(name, artifact_location=_artifact_location()))


@contextmanager
def refusals() -> Iterator[None]:
    """Tell any refusal of the store in one line, as a TrackingError."""
    from mlflow.exceptions import MlflowException

    try:
        yield
    except MlflowException as error:
        reason = str(error).strip().splitlines()[0]
        raise TrackingError(f"{tracking_uri()}: {reason}") from error


def _artifact_location() -> str | None:
    """Beside the local database; any other store decides for itself."""
    if tracking_uri() != _local_uri():
        return None
    return (LOCAL_FOLDER / "artifacts").resolve().as_uri()


def _local_uri() -> str:
    return f"{_SQLITE}{(LOCAL_FOLDER / _DATABASE).resolve()}"


def _probe(uri: str) -> None:
    import requests

    advice = "start it, or unset MLFLOW_TRACKING_URI to track in ./mlruns"
    try:
        answer = requests.get(f"{uri.rstrip('/')}/health", timeout=_PATIENCE)
    except requests.RequestException as error:
        reason = type(error).__name__
        raise TrackingError(f"{uri}: tracking server not reachable ({reason}); {advice}") from None
    if not answer.ok:
        raise TrackingError(f"{uri}: tracking server answers {answer.status_code}; {advice}")


def _create(database: Path) -> None:
    """A database that is not there yet, made beside its place: nobody can interrupt it halfway."""
    _make_folder(database.parent)
    if not database.exists():
        new = database.with_name(f".{database.name}.{os.getpid()}")
        try:
            _open(f"{_SQLITE}{new}")
            new.replace(database)
        finally:
            new.unlink(missing_ok=True)


def _open(uri: str) -> None:
    """Ask the store something, so that a wrong URI or a damaged database is told here."""
    import mlflow
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    mlflow.set_tracking_uri(uri)
    try:
        mlflow.search_experiments(max_results=1)
    except (MlflowException, SQLAlchemyError, ImportError) as error:
        reason = str(error).strip().splitlines()[0]
        raise TrackingError(
            f"{uri}: cannot be used for tracking ({reason}); correct or unset MLFLOW_TRACKING_URI"
        ) from None


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TrackingError(
            f"{folder}: cannot be written ({error.strerror}); stand in a folder of your own, "
            "or set MLFLOW_TRACKING_URI"
        ) from None


def _hush() -> None:
    """Leave the terminal to our own lines: no migration log, no advice on pinned packages."""
    import logging
    import warnings

    warnings.filterwarnings("ignore", module="mlflow")
    for name in ("alembic", "mlflow"):
        logging.getLogger(name).setLevel(logging.ERROR)
