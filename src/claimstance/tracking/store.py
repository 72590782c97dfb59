"""Where runs are kept: a local SQLite file by default, or the server MLFLOW_TRACKING_URI names."""

import os
from pathlib import Path

from claimstance.errors import TrackingError

LOCAL_FOLDER = Path("mlruns")
_PATIENCE = 5.0  # seconds a tracking server has to answer


def tracking_uri() -> str:
    """The tracking URI in force; the local store lies under the folder one stands in."""
    return os.environ.get("MLFLOW_TRACKING_URI") or _local_uri()


def connect() -> None:
    """Point MLflow at the store.

    Raises:
        TrackingError: the server does not answer, or the local folder cannot be written.
    """
    # A newsroom's training is nobody else's business; a dead server is told within seconds.
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    uri = tracking_uri()
    if uri.startswith("http"):
        _probe(uri)
    elif uri.startswith("sqlite:///"):
        _make_folder(Path(uri.removeprefix("sqlite:///")).parent)
    _hush()
    import mlflow

    mlflow.set_tracking_uri(uri)


def experiment_id(name: str) -> str:
    """The id of an experiment, which is created on first use.

    Raises:
        TrackingError: the store refuses.
    """
    import mlflow
    from mlflow.exceptions import MlflowException

    try:
        found = mlflow.get_experiment_by_name(name)
        if found is not None:
            return str(found.experiment_id)
        return str(mlflow.create_experiment(name, artifact_location=_artifact_location()))
    except MlflowException as error:
        reason = str(error).strip().splitlines()[0]
        raise TrackingError(f"{tracking_uri()}: {reason}") from None


def _artifact_location() -> str | None:
    """Beside the local database; any other store decides for itself."""
    if tracking_uri() != _local_uri():
        return None
    return (LOCAL_FOLDER / "artifacts").resolve().as_uri()


def _local_uri() -> str:
    return f"sqlite:///{(LOCAL_FOLDER / 'mlflow.db').resolve()}"


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
