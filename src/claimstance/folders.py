"""Putting a finished folder in its place, all at once."""

import shutil
from pathlib import Path


def replace_folder(new: Path, target: Path) -> None:
    """Put a finished folder in the place of an old one; the old one goes only then."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        old = target.with_name(f".{target.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        target.rename(old)
        new.rename(target)
        shutil.rmtree(old)
    else:
        new.rename(target)
