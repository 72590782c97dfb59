"""Which model should predict: the better one on validation, if a paired bootstrap supports it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from claimstance.evaluation.arrays import FloatArray, IntArray
from claimstance.evaluation.bootstrap import Comparison, compare
from claimstance.evaluation.metrics import macro_f1


@dataclass(frozen=True, slots=True)
class Decision:
    """The model id that should be champion, whether that is a change, and why."""

    champion: str
    moved: bool
    reason: str


def decide(
    gold: IntArray,
    probabilities: Mapping[str, FloatArray],
    clusters: Sequence[str],
    current: str | None,
) -> Decision:
    """Choose among models by their validation macro-F1 over the three stances.

    `probabilities` maps model ids, that of the current champion included, to their answers on
    the validation sentences. A challenger takes over when the 95 % interval of the difference,
    bootstrapped over articles, lies above zero. Without a champion the better score wins.
    """
    answers = {name: part.argmax(axis=1) for name, part in probabilities.items()}
    scores = {name: macro_f1(gold, answer) or 0.0 for name, answer in answers.items()}
    best = max((name for name in scores if name != current), key=scores.__getitem__, default=None)
    if best is None:
        return Decision(str(current), False, f"{current} stays champion: nothing else to compare")
    if current is None:
        return Decision(best, True, _first(best, scores))
    outcome = compare(gold, answers[best], answers[current], clusters)
    figures = f"validation macro-F1 {scores[best]:.3f} against {scores[current]:.3f}"
    if outcome is not None and outcome.favours == "a":
        return Decision(best, True, f"{best} replaces {current}: {figures}, {_words(outcome)}")
    shown = _words(outcome) if outcome else "too few articles for a bootstrap"
    return Decision(current, False, f"{current} stays champion: {best} has {figures}, {shown}")


def _first(best: str, scores: Mapping[str, float]) -> str:
    others = [f"{name} {score:.3f}" for name, score in scores.items() if name != best]
    against = f" against {', '.join(others)}" if others else ""
    return f"{best} is the first champion: validation macro-F1 {scores[best]:.3f}{against}"


def _words(outcome: Comparison) -> str:
    return (
        f"difference {outcome.difference:+.3f}, 95 % interval "
        f"[{outcome.low:+.3f}, {outcome.high:+.3f}]"
    )
