"""The file that MLflow runs to serve a model ("models from code"); nothing here imports it.

A table with a `text` column goes in; a row with stance, score and four probabilities comes out.
"""

from pathlib import Path
from typing import Any

import mlflow
import pandas as pd

from claimstance.models.loading import load_classifier
from claimstance.records import LABEL_NAMES


class StanceModel(mlflow.pyfunc.PythonModel):  # type: ignore[misc, name-defined]
    """A stored classifier behind MLflow's interface, which takes subclasses only."""

    def load_context(self, context: Any) -> None:
        """Load the classifier from the logged folder."""
        self._classifier = load_classifier(Path(context.artifacts["model"]))

    def predict(
        self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> pd.DataFrame:
        """One row for each row of `model_input`, whose `text` column holds sentences.

        Raises:
            MlflowException: a cell of it is no text; MLflow's server passes the line on.
        """
        texts = model_input["text"].tolist()
        for row, text in enumerate(texts):
            if not isinstance(text, str):
                line = f'row {row}: "text" is {text!r}, not a text'
                raise mlflow.MlflowException.invalid_parameter_value(line)
        probabilities = self._classifier.predict_proba(texts)
        frame = pd.DataFrame(probabilities, columns=list(LABEL_NAMES))
        frame.insert(0, "stance", [LABEL_NAMES[row] for row in probabilities.argmax(axis=1)])
        frame.insert(1, "score", probabilities.max(axis=1))
        return frame


mlflow.models.set_model(StanceModel())
