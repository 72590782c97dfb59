"""Changes to a sentence that leave its stance alone, and what they cost a model."""

import calendar
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from claimstance.evaluation.arrays import FloatArray, IntArray
from claimstance.evaluation.metrics import macro_f1

# Capitalised words behind one in lower case: not the first of a sentence or quotation.
_NAME = re.compile(r"(?:(?<=[a-z] )|(?<=[a-z], ))[A-Z][a-z]+\b(?: [A-Z][a-z]+\b)*")
_TITLE_CASE = 0.5  # with so many capitalised words a sentence is a headline: none of them is a name
_CALENDAR = frozenset((*calendar.day_name, *calendar.month_name))
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
    plain = _plain_words(texts)
    names = sorted({name for text in texts for name in _names(text, plain)})
    return {
        "other names": [_swap_names(text, names, plain) for text in texts],
        "other numbers": [_swap_numbers(text) for text in texts],
        "lower case": [text.lower() for text in texts],
        "single quotes": [re.sub('["“”]', "'", text) for text in texts],
        "no apostrophes": [_INNER_APOSTROPHE.sub("", text) for text in texts],
        "no commas or apostrophes": [
            _INNER_APOSTROPHE.sub("", text).replace(",", "") for text in texts
        ],
    }


def robustness(
    gold: IntArray, texts: Sequence[str], unchanged: Mapping[str, FloatArray], answer: Answer
) -> dict[str, tuple[Robustness, ...]]:
    """Each model's scores as the sentences are, and under every change.

    `unchanged` has each model's (n, 4) probabilities, and `answer` gives them for other texts.
    """
    answers = {"as it is": unchanged}
    answers |= {change: dict(answer(changed)) for change, changed in perturbed(texts).items()}
    return {
        name: tuple(_score(gold, change, by_model[name]) for change, by_model in answers.items())
        for name in unchanged
    }


def _score(gold: IntArray, change: str, probabilities: FloatArray) -> Robustness:
    predicted = probabilities.argmax(axis=1)
    return Robustness(change, float((predicted == gold).mean()), macro_f1(gold, predicted))


def _plain_words(texts: Sequence[str]) -> frozenset[str]:
    """Words that the sentences also hold in lower case ("False", "Never"): they are no names."""
    return frozenset(word for text in texts for word in re.findall(r"\b[a-z]+\b", text))


def _names(text: str, plain: frozenset[str]) -> list[str]:
    """The names of a sentence, each once; none in a headline that capitalises its words."""
    words = text.split()
    if sum(word[:1].isupper() for word in words) > _TITLE_CASE * len(words):
        return []
    found = dict.fromkeys(" ".join(_NAME.findall(text)).split())
    return [name for name in found if name.lower() not in plain and name not in _CALENDAR]


def _swap_names(text: str, names: Sequence[str], plain: frozenset[str]) -> str:
    """Every name becomes another that is not in the sentence, the same one wherever it stands."""
    own = _names(text, plain)
    pool = [name for name in names if name not in text]
    drawn = random.Random(text).sample(pool, min(len(own), len(pool)))
    others = dict(zip(own, drawn, strict=False))
    return re.sub(r"\b[A-Z][a-z]+\b", lambda at: others.get(at[0], at[0]), text)


def _swap_numbers(text: str) -> str:
    draw = random.Random(text)
    return _NUMBER.sub(lambda at: "".join(draw.choice("123456789") for _ in at[0]), text)
