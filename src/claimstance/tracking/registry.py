"""The registered model: its versions, and the alias of the one that predicts."""

import contextlib
import shutil
from dataclasses import dataclass
from importlib.metadata import version as installed
from pathlib import Path

import mlflow
import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature

from claimstance.errors import ModelError
from claimstance.models.store import MANIFEST, Manifest, read_manifest
from claimstance.records import LABEL_NAMES

CHAMPION = "champion"
MODELS = Path("models")
_REQUIREMENTS = ("mlflow", "numpy", "pandas", "scikit-learn", "skops", "torch", "transformers")
_EXAMPLES = ("The ministry denied that its troops had crossed the border.",)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the registered model; `digest` is that of its manifest."""

    registered_model: str
    number: str
    model_id: str
    digest: str


def register(folder: Path, manifest: Manifest, registered_model: str) -> Version:
    """Log a sealed model folder to the current run, then register it as a new version.

    Registering comes last, so that a failure before it leaves no version behind.
    """
    package = Path(__file__).parents[1]
    info = mlflow.pyfunc.log_model(
        name=manifest.name,
        python_model=str(package / "tracking" / "pyfunc_model.py"),
        artifacts={"model": str(folder)},
        code_paths=[str(package)],
        signature=_signature(),
        input_example=pd.DataFrame({"text": list(_EXAMPLES)}),
        pip_requirements=[f"{name}=={installed(name)}" for name in _REQUIREMENTS],
    )
    tags = {
        "model_id": manifest.id,
        "digest": manifest.digest,
        "kind": manifest.kind,
        "git_commit": manifest.git_commit,
        "dataset_digest": manifest.dataset_digest,
    }
    client = mlflow.MlflowClient()
    with contextlib.suppress(MlflowException):  # it exists after the first training
        client.create_registered_model(registered_model)
    version = client.create_model_version(
        registered_model, info.model_uri, info.run_id, tags=tags, model_id=info.model_id
    )
    return Version(registered_model, str(version.version), manifest.id, manifest.digest)


def find_version(registered_model: str, digest: str) -> Version | None:
    """The newest version that holds the model with this digest."""
    client = mlflow.MlflowClient()
    try:
        found = client.search_model_versions(f"name = '{registered_model}'")
    except MlflowException:
        return None
    versions = [_version(item) for item in found if item.tags.get("digest") == digest]
    return max(versions, key=lambda version: int(version.number), default=None)


def champion(registered_model: str) -> Version | None:
    """The version that the alias points to, if any."""
    try:
        item = mlflow.MlflowClient().get_model_version_by_alias(registered_model, CHAMPION)
    except MlflowException:
        return None
    return _version(item)


def champion_folder(registered_model: str) -> Path:
    """A local folder with the champion.

    Raises:
        ModelError: there is none yet, or its files are gone.
    """
    version = champion(registered_model)
    if version is None:
        raise ModelError(
            f'"{registered_model}" has no champion yet: run "make train eval", or name a model '
            "folder with --model"
        )
    return fetch(version)


def crown(version: Version, reason: str) -> None:
    """Move the alias to a version, and write the reason on it."""
    client = mlflow.MlflowClient()
    client.set_registered_model_alias(version.registered_model, CHAMPION, version.number)
    client.set_model_version_tag(
        version.registered_model, version.number, "champion_reason", reason
    )


def fetch(version: Version, models: Path = MODELS) -> Path:
    """A local folder with the version's model: one under `models`, else a download into it.

    Raises:
        ModelError: the tracking store no longer has the files.
    """
    for path in sorted(models.glob(f"*/{MANIFEST}")):
        with contextlib.suppress(ModelError):  # a damaged neighbour is not our business
            if read_manifest(path.parent).digest == version.digest:
                return path.parent
    try:
        source = mlflow.artifacts.download_artifacts(
            f"models:/{version.registered_model}/{version.number}"
        )
    except (MlflowException, OSError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ModelError(
            f"{version.model_id}: its files are gone from the tracking store ({reason}); "
            "train it again, or name another model folder"
        ) from None
    logged = next(Path(source).rglob(MANIFEST)).parent
    return Path(shutil.copytree(logged, models / version.model_id, dirs_exist_ok=True))


def _version(item: "mlflow.entities.model_registry.ModelVersion") -> Version:
    tags = item.tags
    return Version(item.name, str(item.version), tags.get("model_id", ""), tags.get("digest", ""))


def _signature() -> "mlflow.models.ModelSignature":
    answer = {"stance": ["denied"], "score": [0.9], **{name: [0.25] for name in LABEL_NAMES}}
    return infer_signature(pd.DataFrame({"text": list(_EXAMPLES)}), pd.DataFrame(answer))
