"""Changes to a sentence that leave its stance alone, and what they cost a model."""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from claimstance.evaluation.arrays import FloatArray, IntArray
from claimstance.evaluation.metrics import macro_f1

# A capitalised word that does not begin the sentence or a quotation; what a calendar names stays.
_NAME = re.compile(
    r"(?<=[a-z,;] )(?!(?:I|Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)(?:day)?\b)"
    r"(?!(?:January|February|March|April|May|June|July|August)\b|(?:Septem|Octo|Novem|Decem)ber\b)"
    r"[A-Z][a-zA-Z]+"
)
_NUMBER = re.compile(r"\d+")
_INNER_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)|(?<=s)['’](?= )")

Answer = Callable[[Sequence[str]], Mapping[str, FloatArray]]


@dataclass(frozen=True, slots=True)
class Robustness:
    """A model's accuracy and macro-F1 on sentences that were changed in one way."""

    change: str
    accuracy: float
    macro_f1: float | None


def perturbed(texts: Sequence[str]) -> dict[str, list[str]]:
    """The sentences once for each change; the same every time."""
    names = sorted({name for text in texts for name in _NAME.findall(text)}) or ["Ostrava"]
    return {
        "as it is": list(texts),
        "other names": [_swap_names(text, names) for text in texts],
        "other numbers": [_swap_numbers(text) for text in texts],
        "lower case": [text.lower() for text in texts],
        "single quotes": [re.sub('["“”]', "'", text) for text in texts],
        "no apostrophes": [_INNER_APOSTROPHE.sub("", text) for text in texts],
        "no commas or apostrophes": [
            _INNER_APOSTROPHE.sub("", text).replace(",", "") for text in texts
        ],
    }


def robustness(
    gold: IntArray, texts: Sequence[str], answer: Answer
) -> dict[str, tuple[Robustness, ...]]:
    """Each model's scores under every change; `answer` gives (n, 4) probabilities by model."""
    found: dict[str, list[Robustness]] = {}
    for change, changed in perturbed(texts).items():
        for name, probabilities in answer(changed).items():
            predicted = probabilities.argmax(axis=1)
            accuracy = float((predicted == gold).mean())
            found.setdefault(name, []).append(
                Robustness(change, accuracy, macro_f1(gold, predicted))
            )
    return {name: tuple(rows) for name, rows in found.items()}


def _swap_names(text: str, names: Sequence[str]) -> str:
    """Every name becomes another, the same one throughout the sentence."""
    draw = random.Random(text)
    others: dict[str, str] = {}
    return _NAME.sub(lambda at: others.setdefault(at[0], draw.choice(names)), text)


def _swap_numbers(text: str) -> str:
    draw = random.Random(text)
    return _NUMBER.sub(lambda at: "".join(draw.choice("123456789") for _ in at[0]), text)
