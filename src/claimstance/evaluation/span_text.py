"""How well a model finds source, cue and claim, for its card."""

from collections.abc import Iterator, Mapping

from claimstance.evaluation.report import ModelResult
from claimstance.evaluation.tables import figure, markdown_table


def span_section(results: Mapping[str, ModelResult]) -> Iterator[str]:
    """A heading and a table; nothing for a model that finds no spans."""
    rows = [
        [suite, part.span, f"{part.sentences:,}", *map(figure, (part.exact, part.token_f1))]
        for suite, result in results.items()
        for part in result.spans
        if part.stance is None
    ]
    if rows:
        yield "## Source, cue and claim"
        yield markdown_table(["suite", "span", "sentences", "exact", "token-F1"], rows, text=2)
        yield (
            "Exact is the share of sentences with all tokens the same; token-F1 a mean over "
            "sentences, 1 where both are empty. Confidences of spans are not calibrated."
        )
