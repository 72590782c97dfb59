"""What a user would pick instead, each trained on the same sentences: `fit` gives a `predict`.

A peer's `fit` takes the training sentences, the validation sentences and a seed, and returns a
function from texts to probabilities (n, 4) and the size of what it stores, in bytes.
"""

import pickle
import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from claimstance.models.weights import PACKAGED, find_base
from claimstance.records import LABEL_NAMES, LabelledSentence
from claimstance.typography import normalise

Predict = Callable[[Sequence[str]], NDArray[np.float64]]

SETFIT_STEPS = 600  # of 16 pairs; its default is every pair of sentences
SPACY_EPOCHS = 8
STOCK = {"batch": 16, "epochs": 3}

DESCRIPTIONS = {
    "asserted": "Somebody states that something is the case.",
    "denied": "Somebody denies a claim and rejects a report or an accusation as untrue.",
    "disputed": "A claim is contested, doubted, unverified or unclear; accounts conflict.",
    "no_claim": "A question, a command, a byline, a greeting or a heading without a claim.",
}


@dataclass(frozen=True, slots=True)
class Examples:
    """Gold sentences. Every contender gets their texts with quotes and spaces made alike."""

    items: Sequence[LabelledSentence]

    @property
    def texts(self) -> list[str]:
        """One text a sentence."""
        return [normalise(item.sentence.text) for item in self.items]

    @property
    def labels(self) -> list[int]:
        """One label id a sentence."""
        return [item.stance.id for item in self.items]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A trained peer."""

    predict: Predict
    size: int


def tfidf(train: Examples, validation: Examples, seed: int) -> Fitted:
    """TF-IDF of word and character n-grams with logistic regression."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    words = TfidfVectorizer(ngram_range=(1, 3), min_df=2, sublinear_tf=True)
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True)
    head = LogisticRegression(C=10, class_weight="balanced", max_iter=2000, random_state=seed)
    model = make_pipeline(make_union(words, pieces), head)
    model.fit(train.texts, train.labels)
    return Fitted(model.predict_proba, len(pickle.dumps(model)))


def setfit(train: Examples, validation: Examples, seed: int) -> Fitted:
    """SetFit with the same base model: contrastive pairs, then a logistic regression."""
    from datasets import Dataset
    from setfit import SetFitModel, Trainer, TrainingArguments

    model = SetFitModel.from_pretrained(str(find_base(PACKAGED)), local_files_only=True)
    data = Dataset.from_dict({"text": train.texts, "label": train.labels})
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            batch_size=16,
            max_steps=SETFIT_STEPS,
            seed=seed,
            report_to="none",
            save_strategy="no",
            show_progress_bar=False,
        )
        Trainer(model=model, args=arguments, train_dataset=data).train()
        model.save_pretrained(folder)
        size = folder_size(Path(folder))

    def predict(texts: Sequence[str]) -> NDArray[np.float64]:
        return np.asarray(model.predict_proba(list(texts), batch_size=32), dtype=np.float64)

    return Fitted(predict, size)


def spacy_textcat(train: Examples, validation: Examples, seed: int) -> Fitted:
    """spaCy's text categoriser (its default ensemble), the epoch that validation likes best."""
    import spacy
    from spacy.training import Example
    from spacy.util import fix_random_seed, minibatch

    fix_random_seed(seed)
    shuffle = random.Random(seed).shuffle
    pipeline = spacy.blank("en")
    categoriser = pipeline.add_pipe("textcat")
    for name in LABEL_NAMES:
        categoriser.add_label(name)
    examples = [
        Example.from_dict(pipeline.make_doc(text), {"cats": _one_hot(label)})
        for text, label in zip(train.texts, train.labels, strict=True)
    ]
    optimizer = pipeline.initialize(lambda: examples)
    best, stored = -1.0, b""
    for _ in range(SPACY_EPOCHS):
        shuffle(examples)
        for batch in minibatch(examples, 32):
            pipeline.update(batch, sgd=optimizer, drop=0.2)
        reached = _macro_f1(validation, _spacy_probabilities(pipeline, validation.texts))
        if reached > best:
            best, stored = reached, pipeline.to_bytes()
    pipeline.from_bytes(stored)
    return Fitted(lambda texts: _spacy_probabilities(pipeline, texts), len(stored))


def stock(learning_rate: float) -> Callable[[Examples, Examples, int], Fitted]:
    """Plain fine-tuning as transformers' example script `run_classification` does it.

    Three epochs at a usual learning rate, nothing frozen or weighted; batch size and greatest
    length are ours.
    """

    def fit(train: Examples, validation: Examples, seed: int) -> Fitted:
        import torch
        from datasets import Dataset
        from transformers import (
            AutoModelForSequenceClassification,
            AutoTokenizer,
            Trainer,
            TrainingArguments,
            set_seed,
        )

        from claimstance.models.trainer import mixed_precision
        from claimstance.models.transformer import TransformerClassifier

        set_seed(seed)
        base = find_base(PACKAGED)
        tokenizer = AutoTokenizer.from_pretrained(base, local_files_only=True)
        tokenizer.model_max_length = 256
        model = AutoModelForSequenceClassification.from_pretrained(
            base, local_files_only=True, num_labels=len(LABEL_NAMES)
        )
        encoded = tokenizer(train.texts, truncation=True)
        data = Dataset.from_dict({**encoded, "labels": train.labels})
        with tempfile.TemporaryDirectory() as folder:
            arguments = TrainingArguments(
                output_dir=folder,
                num_train_epochs=STOCK["epochs"],
                per_device_train_batch_size=STOCK["batch"],
                learning_rate=learning_rate,
                bf16=mixed_precision("auto"),
                use_cpu=not torch.cuda.is_available(),
                seed=seed,
                save_strategy="no",
                report_to="none",
                disable_tqdm=True,
                dataloader_pin_memory=False,
            )
            Trainer(
                model=model, args=arguments, train_dataset=data, processing_class=tokenizer
            ).train()
            classifier = TransformerClassifier(model, tokenizer)
            classifier.save(Path(folder))
            size = folder_size(Path(folder))
        return Fitted(classifier.predict_proba, size)

    return fit


def zero_shot(train: Examples, validation: Examples, seed: int) -> Fitted:
    """The label whose description is nearest to the sentence; nothing is trained."""
    from sentence_transformers import SentenceTransformer

    folder = find_base(PACKAGED)
    encoder = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    labels = encoder.encode([DESCRIPTIONS[name] for name in LABEL_NAMES], normalize_embeddings=True)

    def predict(texts: Sequence[str]) -> NDArray[np.float64]:
        from scipy.special import softmax

        vectors = encoder.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        similarity: NDArray[np.float64] = softmax(20 * (vectors @ labels.T), axis=1)
        return similarity.astype(np.float64)

    return Fitted(predict, folder_size(folder))


def _spacy_probabilities(pipeline, texts):  # type: ignore[no-untyped-def]
    docs = pipeline.pipe(list(texts))
    return np.array([[doc.cats[name] for name in LABEL_NAMES] for doc in docs])


def _macro_f1(examples: Examples, probabilities: NDArray[np.float64]) -> float:
    from claimstance.evaluation.metrics import macro_f1

    return macro_f1(np.array(examples.labels), probabilities.argmax(axis=1)) or 0.0


def _one_hot(label: int) -> dict[str, float]:
    return {name: float(index == label) for index, name in enumerate(LABEL_NAMES)}


def folder_size(folder: Path) -> int:
    """Bytes of all files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
