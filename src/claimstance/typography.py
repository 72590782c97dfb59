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
    "\u00a0": " ",
    "\u202f": " ",
    "\u00ad": "",
    "\u200b": "",
}
_TABLE = str.maketrans(_SPELLINGS)


def normalise(text: str) -> str:
    """Straight quotes, plain spaces, line breaks as spaces; every word stays."""
    return " ".join(text.translate(_TABLE).split())
