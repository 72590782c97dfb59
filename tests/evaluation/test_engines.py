"""The card says which engine answers, and shows what that costs."""

from dataclasses import replace

import pytest

from claimstance.evaluation.engines import COLUMNS, engine_rows, engine_text
from claimstance.models.agreement import Agreement

GOOD = Agreement(sentences=1234, macro_f1_lost=0.0012, missed=0.0, flipped=0.004)
BAD = replace(GOOD, missed=0.2, passed_on=0.03, early=0.756, span_f1_lost=0.01)


def test_a_row_has_every_figure():
    (row,) = engine_rows({"int8": BAD})
    assert row == ["int8", "0.0012", "20.00%", "0.40%", "0.0100", "75.6%", "3.00%", "no"]
    assert len(row) == len(COLUMNS)


@pytest.mark.parametrize(
    ("engines", "says"),
    [
        ({"onnx": GOOD, "int8": GOOD, "exits": GOOD}, "On a CPU exits behind the first encoder"),
        ({"onnx": GOOD, "int8": GOOD}, "On a CPU the int8 engine answers"),
        ({"onnx": GOOD, "int8": BAD}, "the float32 ONNX engine answers: int8 does not agree"),
        ({"onnx": BAD}, "PyTorch answers: no engine agrees with the model"),
    ],
)
def test_the_card_says_who_answers_and_on_what_ground(engines, says):
    text = engine_text(engines)
    assert says in text
    assert "on 1,234 gold sentences of the validation split" in text
    assert text.count("\n|") == 1 + len(engines) + 1


def test_without_an_engine_there_is_no_table():
    assert engine_text({}) == "The folder has no ONNX engine: what it was trained with answers."


def test_the_card_tells_from_where_on_exits_answer():
    text = engine_text({"exits": replace(GOOD, thresholds=(5.46, None))})
    assert text.endswith("Exits answer from these log-odds of `asserted` on: 5.5, never.")
