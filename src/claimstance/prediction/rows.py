"""A prediction as a JSON row, as flat columns, and back."""

from collections.abc import Mapping
from typing import Any

from claimstance.errors import PredictionError
from claimstance.records import (
    LABEL_NAMES,
    SPAN_NAMES,
    Article,
    FoundSpans,
    Prediction,
    Sentence,
    Span,
    Stance,
)

SPAN_COLUMNS: tuple[str, ...] = tuple(
    f"{name}{part}" for name in SPAN_NAMES for part in ("", "_start", "_end", "_confidence")
)
ARTICLE_COLUMNS = {
    "article_id": "id",
    "article_title": "title",
    "article_source": "source",
    "article_url": "url",
    "article_published": "published",
}
_SENTENCE = ("paragraph", "index", "start", "end", "text")
_PROBABILITIES: tuple[str, ...] = tuple(f"probability_{name}" for name in LABEL_NAMES)
FLAT_COLUMNS: tuple[str, ...] = (
    *ARTICLE_COLUMNS,
    *_SENTENCE,
    "stance",
    "score",
    "abstained",
    *_PROBABILITIES,
    *SPAN_COLUMNS,
    "model",
)


def to_json_row(prediction: Prediction) -> dict[str, Any]:
    """The row of a JSONL file; probabilities and confidences are rounded to six digits."""
    article, sentence = prediction.article, prediction.sentence
    return {
        **{column: getattr(article, name) for column, name in ARTICLE_COLUMNS.items()},
        **{name: getattr(sentence, name) for name in _SENTENCE},
        "stance": prediction.stance.value,
        "score": round(prediction.score, 6),
        "abstained": prediction.abstained,
        "probabilities": {
            name: round(value, 6)
            for name, value in zip(LABEL_NAMES, prediction.probabilities, strict=True)
        },
        **_span_cells(prediction.spans),
        "model": prediction.model,
    }


def _span_cells(spans: FoundSpans | None) -> dict[str, Any]:
    if spans is None:
        return dict.fromkeys(SPAN_COLUMNS)
    found = (getattr(spans, name) for name in SPAN_NAMES)
    cells = [
        cell
        for span in found
        for cell in (span.text, span.start, span.end, round(span.confidence, 6))
    ]
    return dict(zip(SPAN_COLUMNS, cells, strict=True))


def to_flat_row(prediction: Prediction) -> dict[str, Any]:
    """The row of a CSV or Parquet file, with the keys of `FLAT_COLUMNS`."""
    row = to_json_row(prediction)
    row |= zip(_PROBABILITIES, row.pop("probabilities").values(), strict=True)
    return {column: row[column] for column in FLAT_COLUMNS}


def from_row(row: Mapping[str, Any], place: str) -> Prediction:
    """The prediction of a row, nested or flat; its article has no text.

    Cells may be strings, as CSV has them.

    Raises:
        PredictionError: it is no row of ours.
    """
    nested = row.get("probabilities")
    values = nested if isinstance(nested, Mapping) else row
    names = LABEL_NAMES if values is nested else _PROBABILITIES
    try:
        one, two, three, four = (float(values[name]) for name in names)
        return Prediction(
            Article(text="", **{name: str(row[key]) for key, name in ARTICLE_COLUMNS.items()}),
            Sentence(
                article_id=str(row["article_id"]),
                text=str(row["text"]),
                **{name: int(row[name]) for name in _SENTENCE if name != "text"},
            ),
            Stance(row["stance"]),
            float(row["score"]),
            (one, two, three, four),
            str(row["model"]),
            str(row["abstained"]).lower() == "true",
            _spans_of(row),
        )
    except KeyError as error:
        raise PredictionError(
            f"{place}: no {error}: is this a file that claimstance predict wrote?"
        ) from None
    except (TypeError, ValueError) as error:
        raise PredictionError(
            f"{place}: not a row that claimstance predict writes ({error})"
        ) from None


def _spans_of(row: Mapping[str, Any]) -> FoundSpans | None:
    if row["claim_confidence"] in (None, ""):
        return None
    return FoundSpans(**{name: _span(row, name) for name in SPAN_NAMES})


def _span(row: Mapping[str, Any], name: str) -> Span:
    text, confidence = str(row[name]), float(row[f"{name}_confidence"])
    if not text:
        return Span("", None, None, confidence)
    return Span(text, int(row[f"{name}_start"]), int(row[f"{name}_end"]), confidence)
