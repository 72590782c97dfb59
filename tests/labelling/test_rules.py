"""The labelling rules, sentence by sentence, as the codebook decides them."""

from pathlib import Path

import pytest

from claimstance.labelling.lexicon import Lexicon
from claimstance.labelling.rules import RULE_NAMES, vote
from claimstance.labelling.votes import resolve
from claimstance.records import Stance


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load(Path(__file__).parents[2] / "configs" / "cues.yaml")


DENIED = [
    "Varsk denied shelling the market, as residents had claimed.",
    "The marsh brigade denied that its men had crossed the river, although a scout said so.",
    "The ministry rejected accusations that it had hidden the toll.",
    "The port office dismissed reports of a leak.",
    "Rumours that the singer had died were false, her manager said.",
    "The harbour master called the story “a complete fabrication”.",
    "There is no truth to the claim, the mayor said.",
    "Contrary to reports, the ferry did not sink.",
    "The gazette retracted its report that the judge had fled.",
    "The paper was duped by a fake report that the mayor had resigned.",
    "The recording is a forgery.",
    "Although divers said they had seen it, the navy denied that a mine was there.",
]
DISPUTED = [
    "Villagers said jets had bombed the mill, a charge Varsk denies.",
    "The army said it had taken the fort, which the rebels denied.",
    "The army said the town had fallen, though the rebels denied it.",
    "Rebels said they had shot the drone down, but the army blamed a broken rotor.",
    "Two surveyors disputed the figure.",
    "Analysts cast doubt on the toll.",
    "The two clinics gave conflicting accounts of the crash.",
    "The video could not be independently verified.",
    "It was unclear whether the bridge had been hit.",
    "There was no evidence that the well was poisoned, the coroner said.",
    "The company would neither confirm nor deny the leak.",
    "The clerk questioned whether the ballots were real.",
]
ASSERTED = [
    "Police said the road was open.",
    "Floods closed three bridges in Dorrel on Tuesday.",
    "The governor reportedly paid for the boat.",
    "Border guards denied entry to forty pilgrims.",
    "The judge denied him bail.",
    "The disputed election was held in May.",
    "The union rejected the proposal.",
    "The mayor rejected calls to resign.",
    "The envoy did not deny that he had met the rebels.",
    "Rebels didnt deny that they had left the town.",
    "There is no doubt that the dam held.",
    "The firm is expected to deny the claim.",
    "If he denies it, we will publish the tape.",
    "The death hoax has gone viral.",
    "The director declined to comment.",
]
NO_CLAIM = [
    "Did Varsk buy the oil?",
    "By Ann Harwell, Chief Reporter",
    "KELMAR (Northwire) —",
    "(Reporting by Lena Moss; Editing by Tom Field)",
    "Sign up for our weekly newsletter.",
    "Photo: Una Breck/Courier",
    "Do not share the message.",
    "Get well soon, Captain!",
]
EXPECTED = [
    *((text, Stance.DENIED) for text in DENIED),
    *((text, Stance.DISPUTED) for text in DISPUTED),
    *((text, Stance.ASSERTED) for text in ASSERTED),
    *((text, Stance.NO_CLAIM) for text in NO_CLAIM),
]


@pytest.mark.parametrize(("text", "stance"), EXPECTED)
def test_the_codebook_decides(lexicon, text, stance):
    resolution = resolve(vote(text, lexicon))
    assert resolution.stance is stance, resolution.reason


@pytest.mark.parametrize(
    "text",
    [
        "No houses were lost, the ministry said.",
        "Whoever told you that is pulling your leg, she said.",
        "One witness says the lamp was red; another says it was green.",
        "He is the butt of every rumour in the valley.",
        "",
    ],
)
def test_the_rules_abstain_where_they_are_not_competent(lexicon, text):
    assert resolve(vote(text, lexicon)).stance is None


@pytest.mark.parametrize(
    ("text", "rule", "span"),
    [
        ("Varsk denied the report.", "denial", "denied"),
        ("The mayor dismissed claims of theft.", "rejection", "dismissed"),
        ("The photo is “a fake”, she said.", "falsity", "is “a fake"),
        ("It is not clear who fired.", "unverified", "not clear"),
        ("They rejected the offer.", "pseudo", "rejected the offer"),
        ("She may deny it.", "unreal", "deny"),
        ("It rained, a claim he denies.", "rebuttal", "denies"),
    ],
)
def test_a_vote_carries_the_span_that_made_the_rule_speak(lexicon, text, rule, span):
    cast = {vote.rule: vote for vote in vote(text, lexicon)}
    assert text[cast[rule].start : cast[rule].end] == span


def test_quotes_apostrophes_and_case_change_no_stance(lexicon):
    plain = "The video couldn't be verified, she said."
    for text in (plain, plain.replace("'", "’"), plain.replace("'", ""), plain.upper()):
        assert resolve(vote(text, lexicon)).stance is Stance.DISPUTED


def test_a_subordinate_clause_does_not_flip_the_main_clause(lexicon):
    rules = {cast.rule for cast in vote("The general, who denied a role, opened the dam.", lexicon)}
    assert not rules & {"denial", "rebuttal"}


def test_the_same_source_is_no_counterclaim(lexicon):
    text = "The firm said the pump failed but denied that anyone was hurt."
    assert resolve(vote(text, lexicon)).stance is Stance.DENIED


def test_votes_come_in_the_order_of_the_names(lexicon):
    names = [cast.rule for cast in vote("Varsk denied the false reports, which is odd.", lexicon)]
    assert names == sorted(names, key=RULE_NAMES.index)
