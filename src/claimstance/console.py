"""Everything the program shows a person: lines, tables and progress bars, on stderr or stdout."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

PIPED_WIDTH = 140  # columns of a table that goes to a file or a pipe


def say(message: str = "") -> None:
    """Print a line for the person at the terminal (stderr, so that pipes stay clean)."""
    sys.stderr.write(message + "\n")


def table(
    title: str, columns: Iterable[str], rows: Iterable[Iterable[str]], aside: bool = False
) -> None:
    """Print a table on stdout, or aside on stderr; columns behind the first align right."""
    view = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for index, column in enumerate(columns):
        view.add_column(column, justify="left" if index == 0 else "right")
    for row in rows:
        view.add_row(*(escape_markup(cell) for cell in row))
    console = Console(stderr=aside)
    if not console.is_terminal:
        console.width = PIPED_WIDTH
    console.print(view)


def escape_markup(text: str) -> str:
    """Text from articles is data: square brackets in it are never read as rich markup."""
    from rich.markup import escape

    return escape(text)


@contextmanager
def progress(description: str, total: int | None) -> Iterator["Bar"]:
    """A progress bar on stderr where a person looks on; without a total it counts."""
    count = MofNCompleteColumn() if total else TextColumn("{task.completed:,.0f}")
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), count)
    times = (TimeElapsedColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, *times, console=console, disable=not console.is_terminal) as view:
        yield Bar(view, description, total)


@contextmanager
def waiting(description: str) -> Iterator[None]:
    """A spinner on stderr, for work whose length is not known."""
    with Console(stderr=True).status(description):
        yield


class Bar:
    """One line of a progress display."""

    def __init__(self, view: Progress, description: str, total: int | None) -> None:
        self._view = view
        self._task = view.add_task(description, total=total)

    def advance(self, steps: float = 1) -> None:
        """Move the bar on."""
        self._view.advance(self._task, steps)

    def describe(self, description: str) -> None:
        """Change the text beside the bar."""
        self._view.update(self._task, description=description)
