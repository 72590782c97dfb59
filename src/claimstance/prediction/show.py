"""What a prediction run tells the person at the terminal when it ends."""

from claimstance.console import say, table
from claimstance.evaluation.tables import counted
from claimstance.prediction.place import Place
from claimstance.prediction.summary import SHOWN_STANCES, Certain, Summary
from claimstance.records import STANCES


def show_summary(summary: Summary, model_id: str, place: Place | None) -> None:
    """Counts by stance, the most certain denied and disputed sentences, and what was unreadable.

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
    aside = place is None
    table(counted(summary.articles, "article"), columns, rows, aside=aside)
    for stance in SHOWN_STANCES:
        certain = summary.most_certain(stance)
        if certain:
            title = f"Most certain: {stance.value}"
            lines = map(_line, certain)
            table(title, ("sentence", "score", "article"), lines, aside=aside)
    where = f", written to {place.name}" if place else ""
    say(f"{counted(total, 'sentence')} by {model_id}{where}")
    if summary.unreadable:
        where = f": {place.errors}" if place else ""
        say(f"{counted(summary.unreadable, 'article')} could not be read{where}")


def _line(certain: Certain) -> list[str]:
    return [" ".join(certain.text.split()), f"{certain.score:.2f}", certain.article_id]
