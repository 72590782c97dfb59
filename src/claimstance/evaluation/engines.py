"""What a model's ONNX engines change in its answers, for the terminal and the card."""

from collections.abc import Mapping

from claimstance.evaluation.tables import markdown_table
from claimstance.models.agreement import Agreement

COLUMNS = (
    "engine",
    "macro-F1 lost",
    "denied and disputed missed",
    "flipped",
    "span F1 lost",
    "answered by exits",
    "left to float32",
    "kept",
)


def engine_rows(engines: Mapping[str, Agreement]) -> list[list[str]]:
    """A row an engine, under `COLUMNS`."""
    return [
        [
            name,
            f"{found.macro_f1_lost:.4f}",
            f"{found.missed:.2%}",
            f"{found.flipped:.2%}",
            f"{found.span_f1_lost:.4f}",
            f"{found.early:.1%}",
            f"{found.passed_on:.2%}",
            "yes" if found.holds else "no",
        ]
        for name, found in engines.items()
    ]


def engine_text(engines: Mapping[str, Agreement]) -> str:
    """Who answers on a CPU, and how that was decided."""
    if not engines:
        return "The folder has no ONNX engine: what it was trained with answers."
    kept = {name for name, found in engines.items() if found.holds}
    who = "PyTorch answers: no engine agrees with the model."
    if "exits" in kept:
        who = (
            "On a CPU exits behind the first encoder layers answer what is plainly asserted, int8 "
            "the rest; sentences that int8 is not sure of are computed again in float32."
        )
    elif "int8" in kept:
        who = (
            "On a CPU the int8 engine answers; sentences that it is not sure of are computed again "
            "in float32."
        )
    elif kept:
        who = "On a CPU the float32 ONNX engine answers: int8 does not agree with the model."
    sentences = next(iter(engines.values())).sentences
    measured = f"Beside PyTorch, on {sentences:,} gold sentences of the validation split:"
    shown = markdown_table(COLUMNS, engine_rows(engines))
    return f"{who} {measured}\n\n{shown}{_thresholds(engines)}"


def _thresholds(engines: Mapping[str, Agreement]) -> str:
    if "exits" not in engines:
        return ""
    values = ("never" if t is None else f"{t:.1f}" for t in engines["exits"].thresholds)
    return f"\n\nExits answer from these log-odds of `asserted` on: {', '.join(values)}."
