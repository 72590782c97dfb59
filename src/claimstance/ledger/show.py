"""What the terminal shows of a ledger: its most contested claims, and what was left out."""

from pathlib import Path

from claimstance.console import say, table
from claimstance.evaluation.tables import counted
from claimstance.ledger.claims import AGAINST, Claim, Ledger
from claimstance.records import CLAIM_STANCES

SHOWN = 10  # claims
WIDTH = 80  # characters of a claim


def show(ledger: Ledger, out: Path) -> None:
    """A table of claims that somebody denies or disputes, with their voices, and the counts."""
    against = [claim for claim in ledger.claims if claim.by(*AGAINST)][:SHOWN]
    if against:
        columns = ("most contested", *CLAIM_STANCES, "articles")
        table("Voices by stance", columns, map(_row, against))
    contested = sum(claim.contested > 0 for claim in ledger.claims)
    say(f"{counted(len(ledger.claims), 'claim')}, {contested:,} contested, written to {out}")
    left = ledger.left
    say(
        f"in no claim: {counted(len(ledger.unresolved), 'sentence')} that only point at one, "
        f"{left.no_claim:,} without a claim, {left.abstained:,} abstained, "
        f"{left.repeated:,} read twice"
    )


def _row(claim: Claim) -> list[str]:
    text = " ".join(claim.text.split())
    shown = text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"
    voices = (claim.voices(stance) for stance in CLAIM_STANCES)
    return [shown, *(f"{count:,}" if count else "" for count in voices), f"{claim.articles:,}"]
