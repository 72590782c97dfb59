"""The one clean-up of text that the models and the duplicate search share."""

# One spelling for each quote and space. Nothing else is cleaned away: case, negations and
# punctuation carry the stance.
_SPELLINGS = {
    "‘": "'",
    "’": "'",
    "‚": "'",
    "‛": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "‟": '"',
    "«": '"',
    "»": '"',
    "‹": "'",
    "›": "'",
    "\u02bc": "'",  # modifier letter apostrophe
    "\uff07": "'",  # full-width apostrophe
    "\u2011": "-",  # non-breaking hyphen
    "\u200b": " ",  # zero-width space
    "\u00ad": "",  # soft hyphen
    "\ufeff": "",  # byte order mark
}
_TABLE = str.maketrans(_SPELLINGS)


def normalise(text: str) -> str:
    """Straight quotes, plain spaces, line breaks as spaces; every word stays."""
    return " ".join(text.translate(_TABLE).split())


def places(text: str) -> list[int]:
    """Where each character of `normalise(text)` stands in `text`."""
    found = list[int]()
    clean, at = normalise(text), -1
    spelled = [character.translate(_TABLE) for character in text]
    for wanted in clean:
        at += 1
        while spelled[at] != wanted and not (wanted == " " and spelled[at].isspace()):
            at += 1
        found.append(at)
    return found
