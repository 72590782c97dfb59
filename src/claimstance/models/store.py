"""A model on disk: a folder with its files, their checksums and where it came from."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from claimstance.errors import ModelError
from claimstance.models.classifier import Classifier
from claimstance.records import LABEL_NAMES

MANIFEST = "claimstance.json"
Kind = Literal["baseline", "transformer"]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of a stored model; `files` maps file names to their SHA-256."""

    kind: Kind
    name: str
    labels: tuple[str, ...]
    temperature: float
    dataset_digest: str
    git_commit: str
    files: Mapping[str, str]
    split_rule: str = ""  # empty in models from before it was kept: they match no dataset

    @property
    def digest(self) -> str:
        """SHA-256 over the checksums: two models with the same digest answer the same."""
        listing = "\n".join(f"{name} {self.files[name]}" for name in sorted(self.files))
        return hashlib.sha256(listing.encode()).hexdigest()

    @property
    def id(self) -> str:
        """The name that predictions carry: the model's name and the start of its digest."""
        return f"{self.name}-{self.digest[:8]}"


def seal(
    folder: Path,
    *,
    kind: Kind,
    name: str,
    temperature: float,
    dataset: str,
    commit: str,
    split_rule: str = "",
) -> Manifest:
    """Write the manifest over every file that lies in the folder now."""
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST]
    files = {path.relative_to(folder).as_posix(): _checksum(path) for path in sorted(paths)}
    manifest = Manifest(kind, name, LABEL_NAMES, temperature, dataset, commit, files, split_rule)
    content = json.dumps(asdict(manifest), indent=2)
    (folder / MANIFEST).write_text(content + "\n", encoding="utf-8")
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Read a model folder's manifest.

    Raises:
        ModelError: there is no model in the folder, or its manifest is damaged.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise ModelError(f"{folder}: no model here (no {MANIFEST}); train one with: make train")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        manifest = TypeAdapter(Manifest).validate_python(content)
    except ValueError:
        raise ModelError(f"{path}: damaged; train the model again with: make train") from None
    if manifest.labels != LABEL_NAMES:
        raise ModelError(f"{path}: labels are {manifest.labels}, expected {LABEL_NAMES}")
    return manifest


def load_classifier(folder: Path) -> Classifier:
    """Load a stored model, after checking every file against its checksum.

    Raises:
        ModelError: the folder holds no model, or a file is missing or damaged.
    """
    manifest = read_manifest(folder)
    for name, checksum in manifest.files.items():
        path = folder / name
        if not path.is_file() or _checksum(path) != checksum:
            state = "damaged" if path.is_file() else "missing"
            raise ModelError(f"{path}: {state}; train the model again with: make train")
    if manifest.kind == "baseline":
        from claimstance.models.baseline import BaselineClassifier

        return BaselineClassifier.load(folder, manifest.id)
    from claimstance.models.transformer import TransformerClassifier

    return TransformerClassifier.load(folder, manifest.id)


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
