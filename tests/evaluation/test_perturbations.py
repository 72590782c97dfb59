"""Changes that leave the stance alone change what they say and nothing else."""

import numpy as np
import pytest

from claimstance.evaluation.perturbations import perturbed, robustness

TEXT = "On Monday Ana Brodin's 12 aides, led by Kessler, said: “Kessler won't deny it.”"
OTHER = "Nobody saw the mayor, Olwen Tarr, in Veld."


@pytest.fixture(scope="module")
def changed():
    return {change: texts[0] for change, texts in perturbed([TEXT, OTHER]).items()}


def test_the_first_is_the_sentence_itself(changed):
    assert next(iter(changed.items())) == ("as it is", TEXT)


def test_names_become_other_names_and_days_stay(changed):
    words, before = changed["other names"].split(), TEXT.split()
    assert len(words) == len(before)
    assert words[:2] == ["On", "Monday"]
    assert changed["other names"] != TEXT
    assert [word for word in words if word.islower()] == [w for w in before if w.islower()]


def test_numbers_keep_their_length(changed):
    number = changed["other numbers"].split()[4]
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

    (rows,) = robustness(gold, texts, answer).values()
    scores = {row.change: row.accuracy for row in rows}
    assert scores["as it is"] == scores["lower case"] == 1
    assert scores["other numbers"] < 1
