"""What the page calls a stance. The signs do not say true or false: a stance never does."""

from claimstance.records import Prediction, Stance

UNSURE = "unsure"
AUTHOR = "(the author)"  # who speaks where a sentence names nobody
WORDS = {
    Stance.ASSERTED: "asserted",
    Stance.DENIED: "denied",
    Stance.DISPUTED: "disputed",
    Stance.NO_CLAIM: "no claim",
    UNSURE: "unsure",
}
SIGNS = {
    Stance.ASSERTED: "+",
    Stance.DENIED: "−",
    Stance.DISPUTED: "±",
    Stance.NO_CLAIM: "·",
    UNSURE: "?",
}


def shown(prediction: Prediction) -> str:
    """The stance as the page marks it: unsure where the model abstained."""
    return UNSURE if prediction.abstained else prediction.stance.value
