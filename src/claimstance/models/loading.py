"""Loading a stored model: by PyTorch, or by its ONNX engine, from no more files than that takes."""

from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from claimstance.errors import ModelError
from claimstance.models import agreement, exits, onnx_engine, tagger, tokens
from claimstance.models.classifier import Classifier, StancesAlone
from claimstance.models.store import ENGINE, MANIFEST, Manifest, check, digest_of, read_manifest

Runtime = Literal["auto", "onnx", "torch"]
_DEVICES = [Path(name) for name in ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")]


def load_classifier(folder: Path, runtime: Runtime = "auto", spans: bool = True) -> Classifier:
    """Load a stored model, after checking each file that it is loaded from.

    A transformer's engine answers where the folder has one that agrees with the model: always
    for "onnx", unless there is a GPU for "auto", never for "torch". Without `spans` the model is
    not asked for any.

    Raises:
        ModelError: the folder holds no model, a file is missing or damaged, or "onnx" was asked
            for and there is no engine.
    """
    classifier = _load(folder, runtime)
    return classifier if spans else StancesAlone(classifier)


def _load(folder: Path, runtime: Runtime) -> Classifier:
    manifest = read_manifest(folder)
    if runtime == "onnx" or (runtime == "auto" and not _gpu()):
        engine = _engine(folder, manifest)
        if engine:
            return engine
        if runtime == "onnx":
            raise _no_engine(folder, manifest)
    check(folder, manifest, manifest.files.keys() - ENGINE)
    if manifest.kind == "baseline":
        from claimstance.models.baseline import BaselineClassifier

        return BaselineClassifier.load(folder, manifest.id)
    from claimstance.models.transformer import TransformerClassifier

    return TransformerClassifier.load(folder, manifest.id)


def files_needed(folder: Path, runtime: Runtime) -> list[str]:
    """The names of the files that `load_classifier` reads where there is no GPU.

    Raises:
        ModelError: the folder holds no model, its engine's record is damaged, or "onnx" was asked
            for and there is no engine.
    """
    manifest = read_manifest(folder)
    engines = _engines(folder, manifest) if runtime != "torch" else set()
    if runtime == "onnx" and not engines:
        raise _no_engine(folder, manifest)
    if not engines:
        return [MANIFEST, *sorted(manifest.files.keys() - ENGINE)]
    return [MANIFEST, agreement.FILE, *_engine_files(manifest, engines)]


def _no_engine(folder: Path, manifest: Manifest) -> ModelError:
    advice = f"make one with: claimstance export {folder}"
    if manifest.kind == "baseline":
        advice = "a baseline needs none: leave --runtime out"
    return ModelError(f"{folder}: has no ONNX engine; {advice}")


def _engine(folder: Path, manifest: Manifest) -> Classifier | None:
    """The best engine that agreed with the model when it was made."""
    engines = _engines(folder, manifest)
    if not engines:
        return None
    files = _engine_files(manifest, engines)
    check(folder, manifest, files)
    kind = "int8" if "int8" in engines else "onnx"
    found = agreement.read(folder)[kind]
    return onnx_engine.OnnxClassifier(
        folder,
        f"{manifest.id}-{kind}-{digest_of(manifest, files)[:8]}",
        int8="int8" in engines,
        early="exits" in engines,
        lead=found.lead,
    )


def _engines(folder: Path, manifest: Manifest) -> set[str]:
    if agreement.FILE not in manifest.files:
        return set()
    check(folder, manifest, [agreement.FILE])
    return {name for name, found in agreement.read(folder).items() if found.holds}


def _engine_files(manifest: Manifest, engines: set[str]) -> list[str]:
    names = [onnx_engine.FLOAT32, *tokens.TOKENIZER]
    names += [tagger.FILE] if tagger.FILE in manifest.files else []
    if "int8" in engines:
        int8 = (*onnx_engine.PIECES, onnx_engine.PLAIN)
        names += [name for name in int8 if name in manifest.files]
    return [*names, exits.FILE] if "exits" in engines else names


def _gpu() -> bool:
    """Whether PyTorch can use a GPU; without a driver's device nobody need ask it."""
    if not any(map(Path.exists, _DEVICES)) or find_spec("torch") is None:
        return False
    import torch

    return torch.cuda.is_available()
