"""The registered model: its versions, and the alias of the one that predicts."""

import shutil
import tempfile
from dataclasses import dataclass
from importlib.metadata import version as installed
from pathlib import Path

import mlflow
import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature

from claimstance.errors import ModelError
from claimstance.folders import failure, replace_folder
from claimstance.models import agreement
from claimstance.models.store import MANIFEST, Manifest, find_model, read_manifest
from claimstance.records import LABEL_NAMES
from claimstance.tracking.store import MISSING, TAKEN, refusals

CHAMPION = "champion"
MODELS = Path("models")
# What `load_classifier` imports of the installed packages, beside ours, by what the model is.
_REQUIREMENTS = ("mlflow", "numpy", "pandas", "pydantic")
_OF_ENGINE = ("onnxruntime", "tokenizers")
_OF_KIND = {
    "baseline": ("pyyaml", "scikit-learn", "skops"),
    "transformer": ("torch", "transformers"),
}
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
        pip_requirements=[f"{name}=={installed(name)}" for name in _requirements(folder, manifest)],
    )
    tags = {
        "model_id": manifest.id,
        "digest": manifest.digest,
        "kind": manifest.kind,
        "git_commit": manifest.git_commit,
        "dataset_digest": manifest.dataset_digest,
    }
    client = mlflow.MlflowClient()
    try:
        client.create_registered_model(registered_model)
    except MlflowException as error:
        if error.error_code != TAKEN:  # it exists after the first training
            raise
    version = client.create_model_version(
        registered_model, info.model_uri, info.run_id, tags=tags, model_id=info.model_id
    )
    return Version(registered_model, str(version.version), manifest.id, manifest.digest)


def withdraw(version: Version) -> None:
    """Delete a version whose model never came to its place."""
    mlflow.MlflowClient().delete_model_version(version.registered_model, version.number)


def find_version(registered_model: str, digest: str) -> Version | None:
    """The newest version that holds the model with this digest.

    Raises:
        TrackingError: the store refuses.
    """
    with refusals():
        found = mlflow.MlflowClient().search_model_versions(f"name = '{registered_model}'")
    versions = [_version(item) for item in found if item.tags.get("digest") == digest]
    return max(versions, key=lambda version: int(version.number), default=None)


def champion(registered_model: str) -> Version | None:
    """The version that the alias points to, if any.

    Raises:
        TrackingError: the store refuses.
    """
    client = mlflow.MlflowClient()
    with refusals():
        try:
            # Asking by alias, a missing one has the same error code as any invalid request.
            number = client.get_registered_model(registered_model).aliases.get(CHAMPION)
        except MlflowException as error:
            if error.error_code != MISSING:
                raise
            return None
        return _version(client.get_model_version(registered_model, number)) if number else None


def champion_folder(registered_model: str) -> Path:
    """A local folder with the champion.

    Raises:
        ModelError: there is none yet, its files are gone, or they cannot be written here.
        TrackingError: the store refuses.
    """
    version = champion(registered_model)
    if version is None:
        raise ModelError(
            f'"{registered_model}" has no champion yet: run "make train eval", or name a model '
            "folder with --model"
        )
    return fetch(version)


def crown(version: Version, reason: str) -> None:
    """Move the alias to a version, and write the reason on it.

    Raises:
        TrackingError: the store refuses.
    """
    client, name = mlflow.MlflowClient(), version.registered_model
    with refusals():
        client.set_registered_model_alias(name, CHAMPION, version.number)
        client.set_model_version_tag(name, version.number, "champion_reason", reason)


def fetch(version: Version, models: Path = MODELS) -> Path:
    """A local folder with the version's model: one under `models`, else a download into it.

    Raises:
        ModelError: the store no longer has the files, or they cannot be written here.
        TrackingError: the store refuses.
    """
    found = find_model(models, version.digest)
    if found:
        return found
    with refusals():
        logged = _download(version)
    target = models / read_manifest(logged).id  # the tag is not on versions made by hand
    try:
        models.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetched-", dir=models) as work:
            replace_folder(Path(shutil.copytree(logged, Path(work) / "new")), target)
    except OSError as error:
        raise ModelError(
            f"{target}: cannot be written ({failure(error)}); free some space, or stand in a "
            "folder of your own"
        ) from None
    return target


def _download(version: Version) -> Path:
    """The model folder inside what was logged."""
    source = f"models:/{version.registered_model}/{version.number}"
    try:
        manifests = list(Path(mlflow.artifacts.download_artifacts(source)).rglob(MANIFEST))
        reason = f"no {MANIFEST}"
    except (MlflowException, OSError) as error:
        if isinstance(error, MlflowException) and error.error_code != MISSING:
            raise
        manifests, reason = [], str(error).strip().splitlines()[0]
    if not manifests:
        raise ModelError(
            f"{version.model_id}: its files are gone from the tracking store ({reason}); "
            "train it again, or name another model folder"
        )
    return manifests[0].parent


def _version(item: "mlflow.entities.model_registry.ModelVersion") -> Version:
    tags = item.tags
    return Version(item.name, str(item.version), tags.get("model_id", ""), tags.get("digest", ""))


def _requirements(folder: Path, manifest: Manifest) -> list[str]:
    """Without PyTorch where an engine answers in its place."""
    engine = any(found.holds for found in agreement.read(folder).values())
    return sorted([*_REQUIREMENTS, *(_OF_ENGINE if engine else _OF_KIND[manifest.kind])])


def _signature() -> "mlflow.models.ModelSignature":
    answer = {"stance": ["denied"], "score": [0.9], **{name: [0.25] for name in LABEL_NAMES}}
    return infer_signature(pd.DataFrame({"text": list(_EXAMPLES)}), pd.DataFrame(answer))
