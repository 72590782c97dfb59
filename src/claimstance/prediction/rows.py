"""A prediction as a JSON row, and as flat columns."""

from dataclasses import asdict
from typing import Any

from claimstance.records import LABEL_NAMES, Prediction

FLAT_COLUMNS: tuple[str, ...] = (
    "article_id",
    "index",
    "start",
    "end",
    "text",
    "stance",
    "score",
    "abstained",
    *(f"probability_{name}" for name in LABEL_NAMES),
    "model",
)


def to_json_row(prediction: Prediction) -> dict[str, Any]:
    """The row of a JSONL file; probabilities are rounded to six digits."""
    return {
        **asdict(prediction.sentence),
        "stance": prediction.stance.value,
        "score": round(prediction.score, 6),
        "abstained": prediction.abstained,
        "probabilities": {
            name: round(value, 6)
            for name, value in zip(LABEL_NAMES, prediction.probabilities, strict=True)
        },
        "model": prediction.model,
    }


def to_flat_row(prediction: Prediction) -> dict[str, Any]:
    """The row of a CSV or Parquet file, with the keys of `FLAT_COLUMNS`."""
    row = to_json_row(prediction)
    probabilities = row.pop("probabilities")
    row |= {f"probability_{name}": value for name, value in probabilities.items()}
    return {column: row[column] for column in FLAT_COLUMNS}
