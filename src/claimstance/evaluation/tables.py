"""Figures and tables as Markdown, the same in the report and on the model cards."""

from collections.abc import Iterable, Sequence

from claimstance.evaluation.bootstrap import Interval

UNDEFINED = "–"

STANCE_IS_NOT_TRUTH = (
    "A stance says what a sentence *does* with a claim: it asserts it, denies it or leaves it "
    "disputed. It never says whether the claim is true."
)


def figure(value: float | None) -> str:
    """A score with three decimals, or a dash where it is undefined."""
    return UNDEFINED if value is None else f"{value:.3f}"


def figure_with_interval(value: float | None, interval: Interval | None) -> str:
    """A score and its 95 % interval, as in `0.712 (0.640 to 0.771)`."""
    if value is None or interval is None:
        return figure(value)
    return f"{figure(value)} ({figure(interval.low)} to {figure(interval.high)})"


def counted(number: int, noun: str) -> str:
    """A number with its noun, as in `1 article` and `1,200 articles`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def markdown_table(columns: Sequence[str], rows: Iterable[Sequence[str]], text: int = 1) -> str:
    """A Markdown table: the first `text` columns to the left, the numbers to the right."""
    rule = ["---" if index < text else "---:" for index in range(len(columns))]
    lines = [[_cell(cell) for cell in columns], rule]
    lines += [[_cell(cell) for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    """Names come from configurations: neither a bar nor a line break may end a cell."""
    return " ".join(text.replace("|", "\\|").split())
