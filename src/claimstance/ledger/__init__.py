"""The claim ledger: who asserts, who denies and who disputes the same claim, and where."""

from claimstance.ledger.assemble import THRESHOLD, build
from claimstance.ledger.claims import Claim, Ledger, Mention

__all__ = ["THRESHOLD", "Claim", "Ledger", "Mention", "build"]
