"""A model on disk: a folder with its files, their checksums and where it came from."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from claimstance.errors import ModelError
from claimstance.models import agreement, exits, onnx_engine
from claimstance.records import LABEL_NAMES

MANIFEST = "claimstance.json"
CARD = "README.md"  # written at each evaluation, so that no checksum could last
ENGINE = {agreement.FILE, exits.FILE, onnx_engine.FLOAT32, onnx_engine.PLAIN}
ENGINE |= set(onnx_engine.PIECES)
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
        """SHA-256 over the checksums: two models with the same digest are the same.

        The engine is left out: it is made from the model, and may be made anew.
        """
        return digest_of(self, self.files.keys() - ENGINE)

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
    files = _checksums(folder)
    manifest = Manifest(kind, name, LABEL_NAMES, temperature, dataset, commit, files, split_rule)
    _write(manifest, folder)
    return manifest


def reseal(folder: Path) -> Manifest:
    """Take the checksums of a sealed folder anew, after its engine was exchanged."""
    before, now = read_manifest(folder), _checksums(folder)
    kept = {name: value for name, value in before.files.items() if name not in ENGINE}
    engine = {name: value for name, value in now.items() if name in ENGINE}
    manifest = replace(before, files=dict(sorted((kept | engine).items())))
    _write(manifest, folder)
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


def find_model(models: Path, digest: str) -> Path | None:
    """The folder directly under `models` that holds the model with this digest."""
    for path in sorted(models.glob(f"*/{MANIFEST}")):
        with suppress(ModelError):  # a damaged neighbour is not our business
            if read_manifest(path.parent).digest == digest:
                return path.parent
    return None


def check(folder: Path, manifest: Manifest, names: Iterable[str]) -> None:
    """ModelError unless these files are there and have their checksums."""
    for name in sorted(names):
        path = folder / name
        if not path.is_file() or _checksum(path) != manifest.files.get(name):
            state = "damaged" if path.is_file() else "missing"
            advice = "train the model again with: make train"
            if name in ENGINE:
                advice = f"make the engine again with: claimstance export {folder}"
            raise ModelError(f"{path}: {state}; {advice}")


def digest_of(manifest: Manifest, names: Iterable[str]) -> str:
    """SHA-256 over the checksums of these files."""
    listing = "\n".join(f"{name} {manifest.files[name]}" for name in sorted(names))
    return hashlib.sha256(listing.encode()).hexdigest()


def _write(manifest: Manifest, folder: Path) -> None:
    content = json.dumps(asdict(manifest), indent=2)
    (folder / MANIFEST).write_text(content + "\n", encoding="utf-8")


def _checksums(folder: Path) -> dict[str, str]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: _checksum(path) for name, path in names.items() if name not in (MANIFEST, CARD)}


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
