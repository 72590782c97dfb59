"""What the words of a claim say by themselves: its content words, and whether there are any."""

import re

from claimstance.typography import normalise

_WORD = re.compile(r"[\w']+(?:[.,]\d+)*")
_STEM = 5  # letters that stand for a word, so that "captured" meets "capture"


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Negations are among them on purpose: a claim and its denial are one claim here.
_FUNCTION = _listed(
    """a about after again all also an and any are as at be because been before being but by can
    could did do does doing done even ever for from had has have having he her here hers herself
    him himself his how i if in into is it its itself just may me might more most must my myself
    never no nobody none nor not nothing of off on once one only or other our out over own said
    same say says she should so some such than that the their them themselves then there these
    they this those through to too under until up very was we were what when where whether
    which while who whom whose why will with would you your anyone anything everything someone
    something whole entire above quoted aforementioned former latter"""
)
# Nouns that only point at what was said or shown elsewhere.
_POINTING = _listed(
    """accusation account allegation announcement answer argument article assertion assessment
    authenticity charge claim comment conclusion content contention contrary criticism date denial
    description detail effect event existence explanation fact figure finding footage hoax image
    incident information issue matter message narrative news number outcome part photo photograph
    picture point post posting publication question reading rebuttal remark report reporting
    response result rumor rumour scenario screenshot source speculation statement story
    suggestion tale talk tape text theory thing truth tweet version video view word"""
)

_DATES = _listed(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may
    june july august september october november december"""
)
_PRONOUNS = _listed("he her his i it its my our she that their these they this those we you your")


def content_words(text: str) -> frozenset[str]:
    """The first letters of the words that carry meaning, in lower case; negations left out."""
    return frozenset(word[:_STEM] for word in _meaningful(text))


def names(sentence: str) -> frozenset[str]:
    """The words with a capital behind the first one, in lower case; no days and months."""
    words = _WORD.findall(normalise(sentence))[1:]
    return (
        frozenset(word.removesuffix("'s").lower() for word in words if word[0].isupper()) - _DATES
    )


def only_points(text: str) -> bool:
    """Whether a claim says nothing by itself, as "it", "the claim" and "these reports" do."""
    return not any(
        word not in _POINTING and word.removesuffix("s") not in _POINTING
        for word in _meaningful(text)
    )


def is_narrow(text: str) -> bool:
    """Whether a claim says too little to be known again in another article, as "the strike"."""
    return len(content_words(text)) < 2


def needs_context(text: str) -> bool:
    """Whether a claim begins with a pronoun, or says too little to be read by itself."""
    return is_narrow(text) or normalise(text).lower().split(" ")[0] in _PRONOUNS


def _meaningful(text: str) -> list[str]:
    words = (word.strip("'").removesuffix("'s") for word in _WORD.findall(normalise(text).lower()))
    return [word for word in words if word and word not in _FUNCTION]
