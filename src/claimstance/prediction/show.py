"""What a prediction run tells the person at the terminal when it ends."""

from pathlib import Path

from claimstance.console import say, table
from claimstance.evaluation.tables import counted
from claimstance.prediction.predict import Summary
from claimstance.records import STANCES, Prediction, Stance


def show_summary(summary: Summary, model_id: str, out: Path | None) -> None:
    """Counts by stance, and the most certain denied and disputed sentences.

    Goes to stderr where the rows themselves go to standard output.
    """
    total = summary.counts.total()
    columns = ("stance", "sentences", "share", "abstained")
    rows = [
        [
            stance.value,
            f"{summary.counts[stance]:,}",
            f"{summary.counts[stance] / total:.1%}",
            f"{summary.abstained[stance]:,}",
        ]
        for stance in STANCES
    ]
    aside = out is None
    table(counted(summary.articles, "article"), columns, rows, aside=aside)
    for stance in (Stance.DENIED, Stance.DISPUTED):
        certain = summary.most_certain(stance)
        if certain:
            title = f"Most certain: {stance.value}"
            lines = map(_line, certain)
            table(title, ("sentence", "score", "article"), lines, aside=aside)
    say(f"{counted(total, 'sentence')} by {model_id}" + (f", written to {out}" if out else ""))


def _line(prediction: Prediction) -> list[str]:
    sentence = prediction.sentence
    return [" ".join(sentence.text.split()), f"{prediction.score:.2f}", sentence.article_id]
