"""Which state of the code a model was made with."""

import subprocess
from pathlib import Path


def git_commit() -> str:
    """The commit of this package's checkout, marked when there are changes; empty without one.

    A package that lies untracked in somebody's repository, as in a `.venv`, has no checkout.
    """
    head = _git("rev-parse", "HEAD") if _git("ls-files", Path(__file__).name) else ""
    changed = _git("status", "--porcelain", "--untracked-files=no") if head else ""
    return f"{head}-dirty" if changed else head


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(Path(__file__).parent), *arguments]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return answer.stdout.strip()
