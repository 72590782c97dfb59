"""The baseline: TF-IDF of words, characters and cues with logistic regression, kept by skops."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from claimstance.config import BaselineConfig
from claimstance.errors import ModelError
from claimstance.labelling.lexicon import Lexicon
from claimstance.labelling.rules import vote
from claimstance.models import skops_file
from claimstance.models.classifier import Probabilities
from claimstance.records import STANCES
from claimstance.typography import normalise

if TYPE_CHECKING:
    import pandas as pd

FILE = "model.skops"
CUES = "cues.yaml"

# Apostrophes stay inside words ("didn't"), one-letter words and question marks count; there are
# no stop words, since "not" would be one.
_WORD = r"(?u)\b\w(?:[\w']*\w)?\b|\?"


class BaselineClassifier:
    """A fitted scikit-learn pipeline from text, and the labelling rules' votes on it."""

    def __init__(self, pipeline: Any, cues: Path, model_id: str = "baseline") -> None:
        self.id = model_id
        self._pipeline = pipeline
        self._cues = cues
        self._lexicon = Lexicon.load(cues)

    def predict_proba(self, texts: Sequence[str]) -> Probabilities:
        """Probabilities of shape (len(texts), 4); a stance never trained on gets zero."""
        probabilities = np.zeros((len(texts), len(STANCES)))
        if texts:
            table = _table(texts, self._lexicon)
            probabilities[:, self._pipeline.classes_] = self._pipeline.predict_proba(table)
        return probabilities

    def set_temperature(self, temperature: float) -> None:
        """Divide the logits by a temperature, inside the weights, so that it cannot get lost."""
        regression = self._pipeline[-1]
        regression.coef_ = regression.coef_ / temperature
        regression.intercept_ = regression.intercept_ / temperature

    def save(self, folder: Path) -> None:
        """Write the pipeline, without pickle, and the lexicon that it was fitted with."""
        for _, vectorizer, _ in self._pipeline[0].transformers_:
            # A memory address, noted anew at use: it would make every file a different one.
            vars(vectorizer).pop("_stop_words_id", None)
        skops_file.write(self._pipeline, folder / FILE)
        shutil.copyfile(self._cues, folder / CUES)

    @classmethod
    def load(cls, folder: Path, model_id: str) -> "BaselineClassifier":
        """Read what `save` wrote; a file that holds anything but plain scikit-learn is refused."""
        from skops.io import get_untrusted_types, load

        foreign = get_untrusted_types(file=folder / FILE)
        if foreign:
            raise ModelError(f"{folder / FILE}: holds types that are not trusted: {foreign}")
        return cls(load(folder / FILE, trusted=[]), folder / CUES, model_id)


def fit_baseline(
    config: BaselineConfig, texts: Sequence[str], labels: Sequence[int]
) -> BaselineClassifier:
    """Fit on sentences and their label ids.

    Raises:
        ModelError: the sentences leave no features.
    """
    pipeline = _build(config)
    try:
        pipeline.fit(_table(texts, Lexicon.load(config.cues)), np.asarray(labels))
    except ValueError as error:
        raise ModelError(
            f"{config.name}: {len(texts)} sentences are not enough to fit it ({error}); label "
            "more articles, or lower `min_df`"
        ) from None
    return BaselineClassifier(pipeline, config.cues)


def _table(texts: Sequence[str], lexicon: Lexicon) -> "pd.DataFrame":
    """The text, and the names of the rules that vote on it as if they were words."""
    import pandas as pd

    votes = [" ".join(ballot.rule for ballot in vote(text, lexicon)) for text in texts]
    return pd.DataFrame({"text": [normalise(text) for text in texts], "cues": votes})


def _build(config: BaselineConfig) -> Any:  # scikit-learn is untyped
    from sklearn.compose import ColumnTransformer
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline

    counted = {"min_df": config.min_df, "sublinear_tf": True}
    words = TfidfVectorizer(ngram_range=config.word_ngrams, token_pattern=_WORD, **counted)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=config.char_ngrams, **counted)
    features = ColumnTransformer(
        [
            ("words", words, "text"),
            ("characters", characters, "text"),
            ("cues", TfidfVectorizer(), "cues"),
        ],
        transformer_weights={"cues": config.cue_weight},
    )
    regression = LogisticRegression(
        C=config.inverse_regularisation,
        class_weight=config.class_weight,
        max_iter=config.max_iterations,
        random_state=config.seed,
    )
    return Pipeline([("features", features), ("regression", regression)])
