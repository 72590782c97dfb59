"""The labelling rules: each looks at one sentence and votes for a stance, or abstains."""

import re
from collections.abc import Callable, Iterable

from claimstance.labelling import no_claim
from claimstance.labelling.lexicon import Cue, Lexicon, Section
from claimstance.labelling.reading import Clause, Reading
from claimstance.records import Stance, Vote

Rule = Callable[[Reading], Cue | None]

REPORT_WINDOW = 9  # words between "rejected" and the claim it rejects
REBUTTAL_WINDOW = 7  # words between "a charge" and the denial
_CONTESTING = (Section.DENIAL, Section.FALSITY, Section.DISPUTE, Section.OPEN)
_SAME_SOURCE = frozenset({"he", "she", "it", "they", "we", "i", "also", "later", "had", "most"})
_VERB = re.compile(r"\b(is|are|was|were|has|have|had|will|would|can|could|may|might|\w{2,}ed)\b")


def vote(text: str, lexicon: Lexicon) -> tuple[Vote, ...]:
    """The votes of every rule that is competent for a sentence, in the order of RULE_NAMES."""
    reading = Reading(text, lexicon)
    votes = []
    for name, (stance, rule) in _RULES.items():
        cue = rule(reading)
        if cue is not None:
            votes.append(Vote(name, stance, cue.start, cue.end))
    return tuple(votes)


def denial(reading: Reading) -> Cue | None:
    """A verb that denies whatever follows, in a deciding clause."""
    return _first(reading.deciding(Section.DENIAL))


def rejection(reading: Reading) -> Cue | None:
    """A verb of rejection with a report, claim or accusation for its object."""
    for cue in reading.deciding(Section.REJECTION):
        if reading.after(Section.REPORT, cue, REPORT_WINDOW):
            return cue
    return None


def falsity(reading: Reading) -> Cue | None:
    """A predicate that brands a claim untrue."""
    return _first(reading.deciding(Section.FALSITY))


def correction(reading: Reading) -> Cue | None:
    """A claim in circulation that is set right: "contrary to reports", "not X but Y"."""
    return _first(cue for cue in reading.cues(Section.CORRECTION) if not reading.silenced(cue))


def dispute(reading: Reading) -> Cue | None:
    """Somebody challenges or doubts a claim, or accounts conflict."""
    return _first(reading.deciding(Section.DISPUTE))


def unverified(reading: Reading) -> Cue | None:
    """A claim is said to be unverified, unknown or without evidence."""
    return _first(reading.deciding(Section.OPEN))


def rebuttal(reading: Reading) -> Cue | None:
    """A claim, and close behind it a subordinate clause that rejects or contests it."""
    if denial(reading) or rejection(reading):  # the main clause rejects a claim of its own
        return None
    for section in _CONTESTING:
        for cue in reading.cues(section):
            piece = reading.clause_of(cue)
            near = len(reading.folded[piece.start : cue.start].split()) <= REBUTTAL_WINDOW
            trailing = piece.start > 0 and piece.clause is Clause.RELATIVE
            if trailing and near and not reading.silenced(cue):
                return cue
    return None


def counterclaim(reading: Reading) -> Cue | None:
    """A reported claim that another source contests: "A said X, but B blamed Y"."""
    for section in (Section.DENIAL, Section.COUNTER):
        for cue in reading.deciding(section):
            piece = reading.clause_of(cue)
            subject = reading.folded[piece.start : cue.start].split()[1:]
            reported = any(said.end <= piece.start for said in reading.cues(Section.REPORTING))
            if piece.clause is Clause.CONTRAST and reported and set(subject) - _SAME_SOURCE:
                return cue
    return None


def pseudo(reading: Reading) -> Cue | None:
    """Words that only look like a denial or a dispute: "denied entry", "did not deny"."""
    return _first(reading.cues(Section.PSEUDO))


def unreal(reading: Reading) -> Cue | None:
    """A denial that is future, conditional or merely wished for."""
    cues = (*reading.cues(Section.DENIAL), *reading.cues(Section.REJECTION))
    return _first(cue for cue in cues if reading.is_unreal(cue))


def reporting(reading: Reading) -> Cue | None:
    """A plain attribution, and no word that could contest the claim."""
    if "?" in reading.text or reading.cues(Section.SUSPICION):
        return None
    return _first((*reading.cues(Section.HEDGE), *reading.cues(Section.REPORTING)))


def plain(reading: Reading) -> Cue | None:
    """A full sentence without attribution, and no word that could contest its claim."""
    text = reading.text.rstrip("\"'”’ ")
    verb = _VERB.search(reading.folded)
    if not verb or not text.endswith(".") or "?" in text or reading.cues(Section.SUSPICION):
        return None
    return Cue(Section.REPORTING, verb.start(), verb.end())


def _first(cues: Iterable[Cue]) -> Cue | None:
    return next(iter(cues), None)


_RULES: dict[str, tuple[Stance, Rule]] = {
    "question": (Stance.NO_CLAIM, no_claim.question),
    "furniture": (Stance.NO_CLAIM, no_claim.furniture),
    "command": (Stance.NO_CLAIM, no_claim.command),
    "rebuttal": (Stance.DISPUTED, rebuttal),
    "counterclaim": (Stance.DISPUTED, counterclaim),
    "denial": (Stance.DENIED, denial),
    "rejection": (Stance.DENIED, rejection),
    "falsity": (Stance.DENIED, falsity),
    "correction": (Stance.DENIED, correction),
    "dispute": (Stance.DISPUTED, dispute),
    "unverified": (Stance.DISPUTED, unverified),
    "pseudo": (Stance.ASSERTED, pseudo),
    "unreal": (Stance.ASSERTED, unreal),
    "reporting": (Stance.ASSERTED, reporting),
    "plain": (Stance.ASSERTED, plain),
}
RULE_NAMES: tuple[str, ...] = tuple(_RULES)
