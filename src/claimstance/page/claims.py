"""The ledger as the page's table: claims, who takes which stance, and where that is said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from claimstance.ledger import Claim, Ledger, Mention
from claimstance.ledger.claims import AGAINST, Place
from claimstance.page.symbols import AUTHOR
from claimstance.records import CLAIM_STANCES, Stance

MOST_CLAIMS = 200
MOST_MENTIONS = 12  # of a claim with one stance


@dataclass(frozen=True, slots=True)
class Link:
    """Who says it, and the sentence to go to."""

    anchor: str
    voice: str


@dataclass(frozen=True, slots=True)
class Cell:
    """The mentions of a claim with one stance; `more` are not listed."""

    stance: Stance
    links: tuple[Link, ...]
    more: int


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A row of the table."""

    text: str
    cells: tuple[Cell, ...]
    when: str


def claim_table(ledger: Ledger, anchors: Mapping[Place, str]) -> dict[str, Any]:
    """The most contested claims, and how many are left out, or name no claim.

    Those that somebody denies or disputes stand apart from those that nobody does.
    """
    rows = [(claim, _row(claim, anchors)) for claim in ledger.claims[:MOST_CLAIMS]]
    return {
        "stances": CLAIM_STANCES,
        "opposed": [row for claim, row in rows if claim.by(*AGAINST)],
        "unopposed": [row for claim, row in rows if not claim.by(*AGAINST)],
        "dated": any(row.when for _, row in rows),
        "left_out": max(0, len(ledger.claims) - MOST_CLAIMS),
        "unresolved": len(ledger.unresolved),
    }


def _row(claim: Claim, anchors: Mapping[Place, str]) -> ClaimRow:
    first, last = (date[:10] for date in claim.dates)
    when = first if first == last else f"{first} to {last}"
    return ClaimRow(claim.text, tuple(_cell(claim, each, anchors) for each in CLAIM_STANCES), when)


def _cell(claim: Claim, stance: Stance, anchors: Mapping[Place, str]) -> Cell:
    mentions = claim.by(stance)
    links = tuple(_link(mention, anchors) for mention in mentions[:MOST_MENTIONS])
    return Cell(stance, links, len(mentions) - len(links))


def _link(mention: Mention, anchors: Mapping[Place, str]) -> Link:
    return Link(anchors[mention.place], mention.source or mention.article_source or AUTHOR)
