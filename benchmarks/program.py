"""How a benchmark starts the program: as a process of its own, with one thread."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MANIFEST = "_manifest.jsonl"


def predict(
    articles: Path | str, model: Path, out: Path, shard_chars: int | None = None, **streams: Any
) -> subprocess.Popen[bytes]:
    """Start `claimstance predict`, with smaller shards perhaps; what it shows goes nowhere."""
    code = "from claimstance.cli import main; main()"
    if shard_chars:
        code = (
            f"from claimstance.prediction import shards; shards.SHARD_CHARS = {shard_chars}; {code}"
        )
    options = ["--model", str(model), "--out", str(out)]
    command = [sys.executable, "-c", code, "predict", str(articles), *options]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=environment, **{**quiet, **streams})


def finish(running: subprocess.Popen[bytes]) -> None:
    """Wait for its end; SystemExit with its last words when it failed."""
    _, said = running.communicate()
    if running.returncode:
        sys.exit(f"claimstance predict ended with {running.returncode}: {said.decode().strip()}")


def parts_of(out: Path) -> Path:
    """Where the finished shards of a run lie."""
    return out.with_name(f".{out.name}.parts")


def open_files(running: subprocess.Popen[bytes]) -> Iterator[str]:
    """The names of the files that a process has open (Linux)."""
    for link in Path(f"/proc/{running.pid}/fd").iterdir():
        try:
            yield link.readlink().name
        except OSError:  # closed in the meantime
            continue
