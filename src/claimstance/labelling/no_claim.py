"""The rules for sentences that carry no claim: questions, furniture of the page, commands."""

import re

from claimstance.labelling.lexicon import Cue, Section
from claimstance.labelling.reading import Reading

_QUOTES = " \t\"'“”‘’()[]"
_STATEMENT = re.compile(r"[.!:;|]|\b(says|said|replied)\b")
_BYLINE = re.compile(r"^(?:EXCLUSIVE )?(?:By|BY|by|From) (?:[A-Z][\w.'’-]*|our|the)\b.*[^.]$")
_DATELINE = re.compile(r"^[A-Z][A-Z .'’-]{2,}\b.{0,50}[-–—]$|^[A-Z]{3,}[A-Z ]*,.{0,40}\d\S*$")
SHORT = 8  # words of a caption, menu entry or heading at most
LONG = 24  # words of a credit or an advert at most
_VERBLIKE = re.compile(
    r"\b(is|are|was|were|be|been|has|have|had|do|does|did|will|would|can|could|may|might|must|"
    r"should|says?|said|\w+ed|\w+s|\w+[’']\w+)\b",
    re.I,
)


def question(reading: Reading) -> Cue | None:
    """Nothing but questions."""
    text = reading.text.rstrip(_QUOTES)
    if not text.endswith("?") or _STATEMENT.search(text.split(": ", 1)[-1]):
        return None
    return Cue(Section.FURNITURE, len(text) - 1, len(text))


def furniture(reading: Reading) -> Cue | None:
    """Bylines, datelines, credits, menus and adverts, told by their first words or their form."""
    text = reading.text.strip(_QUOTES)
    offset = reading.text.find(text)
    if not text or len(text.split()) > LONG:
        return None
    opening = _opening(reading, Section.FURNITURE)
    if opening:
        return opening
    if _BYLINE.match(text) or _DATELINE.match(text) or _fragment(text):
        return Cue(Section.FURNITURE, offset, offset + len(text))
    return None


def command(reading: Reading) -> Cue | None:
    """A sentence that opens with a command, a greeting or a wish."""
    barred = (Section.REPORTING, Section.DENIAL, Section.FALSITY)
    if len(reading.text.split()) > LONG or any(map(reading.cues, barred)):
        return None
    return _opening(reading, Section.COMMAND) or _opening(reading, Section.WISH)


def _opening(reading: Reading, section: Section) -> Cue | None:
    for cue in reading.cues(section)[:1]:
        if not reading.text[: cue.start].strip(_QUOTES + "—–-0123456789:."):
            return cue
    return None


def _fragment(text: str) -> bool:
    """Few words, none of which could be a finite verb, and no full stop."""
    short = len(text.split()) <= SHORT
    return short and not text.endswith((".", "!")) and not _VERBLIKE.search(text)
