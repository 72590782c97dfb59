"""The phrase syntax of the lexicon, turned into regular expressions.

    deny~            deny, denies, denied, denying (regular verbs)
    a hoax|no truth  one phrase or the other; `|` reaches as far as the brackets around it
    (is|was) false   brackets hold a choice; (...)? and word? may be left out
    cast * doubt     a gap of up to four words, which crosses no comma
    <report>         any phrase of the section `report`, which stands above

Matching is in lower case and of whole words. An apostrophe matches a straight one, a curly one
or none; quotation marks between two words are skipped.
"""

import re
from collections.abc import Mapping

GAP_WORDS = 4
_BETWEEN = r"[\s\"'“”‘’«»]*"
_GAP = rf"(?:[\w.$£€%/'’-]+(?<![.])[\s\"'“”‘’«»]+){{0,{GAP_WORDS}}}?"
_TOKEN = re.compile(r"\(|\)\??|\||\*|<\w+>\??|[^\s()|*<>~?]+~?\??|\S")
_CURLY = str.maketrans("‘’“”", "''\"\"")


class PhraseError(ValueError):
    """A phrase that is not written in the syntax above; the message says why."""


def fold(text: str) -> str:
    """Lower case, character by character, so that offsets stay those of `text`."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


def inflections(verb: str) -> tuple[str, ...]:
    """The regular forms of a verb: base, third person, past, participle."""
    if verb.endswith("e"):
        return (verb, verb + "s", verb + "d", verb[:-1] + "ing")
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return (verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing")
    third = "es" if verb.endswith(("s", "sh", "ch", "x", "z")) else "s"
    return (verb, verb + third, verb + "ed", verb + "ing")


def phrase_pattern(phrase: str, sections: Mapping[str, str]) -> str:
    """The regular expression of a phrase; `sections` holds those that `<name>` may use."""
    tokens = _TOKEN.findall(fold(phrase.translate(_CURLY)))
    pattern = "".join(_token_pattern(token, sections) for token in tokens)
    try:
        re.compile(pattern)
    except re.error as error:
        raise PhraseError("brackets or ? do not match") from error
    return pattern


def _token_pattern(token: str, sections: Mapping[str, str]) -> str:
    if token == "(":
        return "(?:"
    if token in (")", ")?", "|"):
        return token
    if token == "*":
        return _GAP
    if token.startswith("<"):
        return _section(token, sections)
    return _word(token)


def _section(token: str, sections: Mapping[str, str]) -> str:
    name = token.strip("<>?")
    if name not in sections:
        raise PhraseError(f"<{name}> is no section that stands above it")
    return f"(?:{sections[name]})" + ("?" if token.endswith("?") else "")


def _word(token: str) -> str:
    word = token.rstrip("?")
    forms = inflections(word[:-1]) if word.endswith("~") else (word,)
    if any(not form or form in "~<>?" for form in forms):
        raise PhraseError(f'stray "{token}"')
    choice = "|".join(re.escape(form).replace("'", "['’]?") for form in forms)
    after = r"(?!\w)" if word[-1] != ":" else ""
    whole = f"(?:{choice}){after}{_BETWEEN}"
    return f"(?:{whole})?" if token.endswith("?") else whole
