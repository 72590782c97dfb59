"""A scikit-learn object in skops's format, byte for byte the same for the same object."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_SCHEMA = "schema.json"


def write(estimator: Any, path: Path) -> None:
    """Write without pickle; `skops.io.load` reads it.

    skops names the parts after memory addresses and stamps them with the time, so that the same
    model would have another checksum every day. Here they are numbered, undated and compressed.
    """
    from skops.io import dumps

    numbers: dict[str, int] = {}

    def renumber(node: dict[str, Any]) -> dict[str, Any]:
        if isinstance(node.get("__id__"), int):
            node["__id__"] = numbers.setdefault(str(node["__id__"]), len(numbers))
        if isinstance(node.get("file"), str):
            node["file"] = _renamed(node["file"], numbers)
        return node

    with ZipFile(BytesIO(dumps(estimator))) as packed:
        schema = json.loads(packed.read(_SCHEMA), object_hook=renumber)
        names = {_renamed(name, numbers): name for name in packed.namelist() if name != _SCHEMA}
        parts = {name: packed.read(names[name]) for name in sorted(names)}
    parts[_SCHEMA] = json.dumps(schema, separators=(",", ":")).encode()
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(ZipInfo(name), content, ZIP_DEFLATED)


def _renamed(name: str, numbers: dict[str, int]) -> str:
    stem, dot, suffix = name.partition(".")
    return f"{numbers.setdefault(stem, len(numbers))}{dot}{suffix}"
