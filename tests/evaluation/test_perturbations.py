"""Changes that leave the stance alone change what they say and nothing else."""

import numpy as np
import pytest

from claimstance.evaluation.perturbations import perturbed, robustness

TEXT = "On Monday at ten Ana Brodin's 12 aides, led by Kessler, said: “Kessler won't deny it.”"
OTHER = "Nobody at all saw the mayor, Olwen Tarr, in Veld or near it with Sorrel."


@pytest.fixture(scope="module")
def changed():
    return {change: texts[0] for change, texts in perturbed([TEXT, OTHER]).items()}


def test_names_become_other_names_the_same_wherever_they_stand(changed):
    words, before = changed["other names"].split(), TEXT.split()
    swapped = {old: new for old, new in zip(before, words, strict=True) if old != new}
    assert set(swapped) == {"Ana", "Brodin's", "Kessler,", "“Kessler"}
    assert swapped["Kessler,"].strip(",") == swapped["“Kessler"].strip("“")
    assert not {name.strip(",“") for name in swapped.values()} & {"Ana", "Kessler", "Monday"}


@pytest.mark.parametrize(
    "text",
    [
        "The claim that Olwen left is False and NOT new.",
        "Mayor Denies Report Of Fuel Shortage In Veld",
        "They met on Friday in March.",
    ],
)
def test_what_is_no_name_stays(text):
    lower = "It is not false that he denies a report."
    swapped = perturbed([text, OTHER, lower])["other names"][0]
    kept = [word for word in text.split() if word != "Olwen"]
    assert [word for word in swapped.split() if word in kept] == kept


def test_numbers_keep_their_length(changed):
    number = changed["other numbers"].split()[6]
    assert number.isdigit()
    assert len(number) == 2
    assert changed["other numbers"].replace(number, "12") == TEXT


def test_marks_go_and_words_stay(changed):
    assert "Brodins" in changed["no apostrophes"]
    assert "wont" in changed["no apostrophes"]
    assert "," not in changed["no commas or apostrophes"]
    assert changed["single quotes"].count("'") == TEXT.count("'") + 2
    assert changed["lower case"] == TEXT.lower()


def test_the_same_every_time():
    assert perturbed([TEXT, OTHER]) == perturbed([TEXT, OTHER])


def test_a_model_that_reads_numbers_is_found_out():
    gold = np.array([1, 0])
    texts = ["It was 12.", "It was 34."]

    def answer(given):
        by_number = [[0, 1, 0, 0] if "12" in text else [1, 0, 0, 0] for text in given]
        return {"reads numbers": np.array(by_number, dtype=float)}

    (rows,) = robustness(gold, texts, answer(texts), answer).values()
    scores = {row.change: row.accuracy for row in rows}
    assert scores["as it is"] == scores["lower case"] == 1
    assert scores["other numbers"] < 1
