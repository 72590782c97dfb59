"""The transformer at work: a standard checkpoint that gives stance probabilities."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from claimstance.models import tagger
from claimstance.models.classifier import Answers, Probabilities, softmax
from claimstance.models.decoding import Offsets, Tags, find_spans
from claimstance.models.tagger import Tagger
from claimstance.records import STANCES, FoundSpans
from claimstance.typography import normalise

BATCH_SIZE = 32


class TransformerClassifier:
    """A sequence classifier of the `transformers` library with its tokenizer.

    A sentence of more tokens than the tokenizer's `model_max_length` is judged by its beginning.
    """

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        model_id: str = "transformer",
        tagger: Tagger | None = None,
    ) -> None:
        self.id = model_id
        self.tagger = tagger
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._model = model.to(self._device).eval()
        self._tokenizer = tokenizer

    def predict_proba(self, texts: Sequence[str]) -> Probabilities:
        """Probabilities of shape (len(texts), 4)."""
        return softmax(self.logits(texts))

    def answer(self, texts: Sequence[str]) -> Answers:
        """Probabilities, and spans where the model was trained to find them."""
        spans: list[FoundSpans | None] = [None] * len(texts)
        logits = self._run(texts, spans if self.tagger else None)
        return Answers(softmax(logits), spans)

    def logits(self, texts: Sequence[str]) -> Probabilities:
        """Logits of shape (len(texts), 4), computed in batches of similar length."""
        return self._run(texts)

    def _run(
        self, texts: Sequence[str], spans: list[FoundSpans | None] | None = None
    ) -> Probabilities:
        """Logits; fills in `spans` where they are wanted."""
        cleaned = [normalise(text) for text in texts]
        order = sorted(range(len(cleaned)), key=lambda index: len(cleaned[index]))
        logits = np.zeros((len(cleaned), len(STANCES)))
        for start in range(0, len(order), BATCH_SIZE):
            rows = order[start : start + BATCH_SIZE]
            logits[rows], tags = self._forward([cleaned[row] for row in rows], spans is not None)
            if spans is not None:
                for row, (offsets, own) in zip(rows, tags, strict=True):
                    spans[row] = find_spans(texts[row], offsets, own)
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
        """Write a standard checkpoint (configuration, weights, tokenizer) and the tagger."""
        self._model.save_pretrained(folder)
        self._tokenizer.save_pretrained(folder)
        if self.tagger:
            tagger.write(folder / tagger.FILE, self.tagger)

    def write_onnx(self, path: Path) -> None:
        """Write the same model as a float32 ONNX graph."""
        from claimstance.models.export import write_graph

        write_graph(self._model, path, tagged=self.tagger is not None)

    @classmethod
    def load(cls, folder: Path, model_id: str) -> "TransformerClassifier":
        """Read what `save` wrote, from this folder alone."""
        from transformers import AutoModelForSequenceClassification, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()
        model = AutoModelForSequenceClassification.from_pretrained(folder, local_files_only=True)
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        return cls(model, tokenizer, model_id, tagger.read(folder / tagger.FILE))

    @torch.inference_mode()
    def _forward(
        self, texts: list[str], tagged: bool
    ) -> tuple[Probabilities, list[tuple[Offsets, Tags]]]:
        """Logits, and the tokens' places and tags of each text where they are wanted."""
        encoded = self._tokenizer(
            texts, padding=True, truncation=True, return_tensors="pt", return_offsets_mapping=tagged
        )
        offsets = encoded.pop("offset_mapping", None)
        output = self._model(**encoded.to(self._device), output_hidden_states=tagged)
        logits: Probabilities = output.logits.double().cpu().numpy()
        if not self.tagger or offsets is None:
            return logits, []
        states = output.hidden_states[-1].float().cpu().numpy()
        tags = self.tagger(states, encoded["attention_mask"].cpu().numpy())
        return logits, list(zip(offsets.tolist(), tags, strict=True))


def _last_linear(model: torch.nn.Module) -> torch.nn.Linear:
    heads = [
        module
        for module in model.modules()
        if isinstance(module, torch.nn.Linear) and module.out_features == len(STANCES)
    ]
    return heads[-1]
