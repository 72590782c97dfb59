"""Putting a finished folder in its place, all at once."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from claimstance.errors import OutputError


def replace_folder(new: Path, target: Path) -> None:
    """Put a finished folder in the place of an old one; the old one goes only then.

    A failure leaves the old one in its place, or puts it back there.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    old = target.with_name(f".{target.name}.old")  # may be left by a crash, even without a target
    if target.exists():
        shutil.rmtree(old, ignore_errors=True)
        target.rename(old)
    try:
        new.rename(target)
    except BaseException:
        if old.exists() and not target.exists():
            old.rename(target)
        raise
    if old.exists():
        shutil.rmtree(old)


@contextmanager
def folder_beside(out: Path) -> Iterator[Path]:
    """A new folder beside `out` that is gone afterwards, unless it was moved.

    Raises:
        OutputError: something in the block could not be written.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as work:
            folder = Path(work) / "new"
            folder.mkdir()
            yield folder
    except OSError as error:
        reason = failure(error) or error
        raise OutputError(f"{out}: cannot be written ({reason}); choose another --out") from None


def failure(error: OSError) -> str:
    """What the system said, empty if it said nothing; a failed copy keeps it in a list."""
    if isinstance(error, shutil.Error) and isinstance(error.args[0], list):
        return str(error.args[0][0][2])
    return error.strerror or ""


def check_replaceable(folder: Path, marker: str, advice: str) -> None:
    """Refuse a folder that holds something else than what we write there, `marker` included.

    Raises:
        OutputError: it is a file, or a folder that is neither empty nor ours.
    """
    if not folder.exists() or (folder / marker).is_file():
        return
    if folder.is_file() or any(folder.iterdir()):
        raise OutputError(f"{folder}: exists and is not ours to replace; {advice}")
