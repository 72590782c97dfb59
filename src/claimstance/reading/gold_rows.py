"""What one row of a gold file says: stance, spans, and where its sentences stand in the text."""

from dataclasses import dataclass
from typing import Any

from claimstance.errors import ClaimstanceError, LabelError
from claimstance.reading.json_lines import optional_field, text_field
from claimstance.records import LABEL_NAMES, LabelledSentence, Origin, Sentence, Spans, Stance

SHOWN = 40  # characters of a text that an error shows


@dataclass(frozen=True, slots=True)
class Label:
    """A labelled sentence that has not found its place in an article yet."""

    where: str
    text: str
    stance: Stance
    spans: Spans
    domain: str = ""

    def placed(self, article_id: str, index: int, start: int, group: bool) -> LabelledSentence:
        """The sentence at its place in the article's text."""
        end = start + len(self.text)
        return LabelledSentence(
            sentence=Sentence(article_id, index, start, end, self.text),
            stance=self.stance,
            origin=Origin.GOLD,
            spans=self.spans,
            domain=self.domain,
            group=group,
        )


def read_label(row: dict[str, Any], where: str, domain: str = "") -> Label:
    """The label in a sentence's row, or in one item of an article's `sentences`."""
    text = text_field(row, "text", where, LabelError)
    spans = Spans(*(_span(row, key, text, where) for key in ("source", "cue", "claim")))
    own_domain = optional_field(row, "domain", "corpus")
    return Label(where, text, _stance(row, where), spans, own_domain or domain)


def sentence_items(
    row: dict[str, Any], where: str, error: type[ClaimstanceError]
) -> list[tuple[str, dict[str, Any]]]:
    """The items of an article row's `sentences`, each with its place."""
    items = row["sentences"]
    if not isinstance(items, list) or not items:
        raise error(f'{where}: "sentences" must be a list with at least one sentence')
    placed = [(f"{where}: sentence {number}", item) for number, item in enumerate(items, start=1)]
    for place, item in placed:
        if not isinstance(item, dict):
            raise error(f'{place}: must be an object with "text" and "label"')
    return placed


def joined_text(row: dict[str, Any], where: str, error: type[ClaimstanceError]) -> str:
    """The text of an article row: the headline, a blank line, the rest joined by spaces.

    Without a `title` there is no headline; the sentences of a group (a row with `rule`) are
    joined by blank lines.
    """
    items = sentence_items(row, where, error)
    texts = [text_field(item, "text", place, error) for place, item in items]
    return "".join(text + gap for text, gap in zip(texts, gaps(row, len(texts)), strict=True))


def gaps(row: dict[str, Any], count: int) -> list[str]:
    """What stands after each sentence of an article row in its joined text."""
    between = ["\n\n" if "rule" in row else " "] * (count - 1)
    if row.get("title") and between:
        between[0] = "\n\n"
    return [*between, ""]


def offset_field(row: dict[str, Any], key: str, where: str) -> int:
    """A character offset that must be there."""
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise LabelError(f'{where}: "{key}" must be an offset into the article, from 0 up')
    return value


def head(text: str) -> str:
    """The beginning of a text, quoted and on one line, for an error."""
    shown = text[:SHOWN] + ("..." if len(text) > SHOWN else "")
    return '"' + shown.replace("\r", "\\r").replace("\n", "\\n") + '"'


def _stance(row: dict[str, Any], where: str) -> Stance:
    value = row.get("label", row.get("stance"))
    if value is None:
        raise LabelError(f'{where}: no "label" (or "stance"): give one of {", ".join(LABEL_NAMES)}')
    if value not in LABEL_NAMES:
        raise LabelError(
            f"{where}: stance {head(str(value))} is not one of {', '.join(LABEL_NAMES)}"
        )
    return Stance(value)


def _span(row: dict[str, Any], key: str, text: str, where: str) -> str:
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise LabelError(f'{where}: "{key}" is {type(value).__name__}, not a string')
    if value not in text:
        raise LabelError(
            f"{where}: {key} {head(value)} is not in the sentence {head(text)}: "
            "copy it to the letter, or leave it empty"
        )
    return value
