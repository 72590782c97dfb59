"""The transformer at work: a standard checkpoint that gives stance probabilities."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from claimstance.models.classifier import Probabilities
from claimstance.records import STANCES
from claimstance.typography import normalise

BATCH_SIZE = 32


class TransformerClassifier:
    """A sequence classifier of the `transformers` library with its tokenizer.

    A sentence of more tokens than the tokenizer's `model_max_length` is judged by its beginning.
    """

    def __init__(self, model: Any, tokenizer: Any, model_id: str = "transformer") -> None:
        self.id = model_id
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._model = model.to(self._device).eval()
        self._tokenizer = tokenizer

    def predict_proba(self, texts: Sequence[str]) -> Probabilities:
        """Probabilities of shape (len(texts), 4)."""
        logits = torch.from_numpy(self.logits(texts))
        probabilities: Probabilities = torch.softmax(logits, dim=-1).numpy()
        return probabilities

    def logits(self, texts: Sequence[str]) -> Probabilities:
        """Logits of shape (len(texts), 4), computed in batches of similar length."""
        cleaned = [normalise(text) for text in texts]
        order = sorted(range(len(cleaned)), key=lambda index: len(cleaned[index]))
        logits = np.zeros((len(cleaned), len(STANCES)))
        for start in range(0, len(order), BATCH_SIZE):
            rows = order[start : start + BATCH_SIZE]
            logits[rows] = self._forward([cleaned[row] for row in rows])
        return logits

    def set_temperature(self, temperature: float) -> None:
        """Divide the logits by a temperature, inside the last layer's weights.

        Whoever loads the checkpoint, `transformers.pipeline` included, then gets calibrated
        probabilities.
        """
        head = _last_linear(self._model)
        with torch.no_grad():
            for parameter in head.parameters():
                parameter.div_(temperature)

    def save(self, folder: Path) -> None:
        """Write a standard checkpoint: config.json, model.safetensors and the tokenizer."""
        self._model.save_pretrained(folder)
        self._tokenizer.save_pretrained(folder)

    def write_onnx(self, path: Path) -> None:
        """Write the same model as a float32 ONNX graph."""
        from claimstance.models.export import write_graph

        write_graph(self._model, path)

    @classmethod
    def load(cls, folder: Path, model_id: str) -> "TransformerClassifier":
        """Read what `save` wrote, from this folder alone."""
        from transformers import AutoModelForSequenceClassification, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()
        model = AutoModelForSequenceClassification.from_pretrained(folder, local_files_only=True)
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        return cls(model, tokenizer, model_id)

    @torch.inference_mode()
    def _forward(self, texts: list[str]) -> Probabilities:
        encoded = self._tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
        logits: Probabilities = (
            self._model(**encoded.to(self._device)).logits.double().cpu().numpy()
        )
        return logits


def _last_linear(model: torch.nn.Module) -> torch.nn.Linear:
    heads = [
        module
        for module in model.modules()
        if isinstance(module, torch.nn.Linear) and module.out_features == len(STANCES)
    ]
    return heads[-1]
