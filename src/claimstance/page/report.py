"""The report page: one file that is read from disk, without a network."""

from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from claimstance.errors import OutputError, PredictionError
from claimstance.ledger import Ledger, build
from claimstance.page.content import content
from claimstance.page.render import render
from claimstance.prediction.reading import read_predictions
from claimstance.records import Prediction

MOST_SENTENCES = 20_000  # a browser filters that many in less than a second


def write_report(
    paths: Sequence[str], out: Path, title: str = "", threshold: float | None = None
) -> int:
    """Write the page of all predictions in these files; how many sentences it has.

    It has a ledger where every model that answered finds spans.

    Raises:
        PredictionError: they cannot be read, there are none, or more than a page takes.
        OutputError: the page cannot be written.
    """
    predictions = [*islice(read_predictions(paths), MOST_SENTENCES + 1)]
    if not predictions:
        raise PredictionError(f"{', '.join(paths)}: no predictions to show")
    if len(predictions) > MOST_SENTENCES:
        raise PredictionError(
            f"{paths[0]}: more than {MOST_SENTENCES:,} sentences, and a page takes no more: give "
            "fewer articles, or use claimstance ledger"
        )
    _write(render("page.html", content(predictions, title, _ledger(predictions, threshold))), out)
    return len(predictions)


def _ledger(predictions: Sequence[Prediction], threshold: float | None) -> Ledger | None:
    if not all(row.spans for row in predictions):
        return None
    return build(predictions, threshold)


def _write(page: str, out: Path) -> None:
    """All at once: a page that was there before stays until the new one is whole."""
    new = out.with_name(f".{out.name}.new")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(page, encoding="utf-8")
        new.replace(out)
    except OSError as error:
        with suppress(OSError):
            new.unlink()
        raise OutputError(f"{out}: cannot be written ({error.strerror or error})") from error
