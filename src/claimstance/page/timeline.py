"""Sentences by stance over the dates of their articles, as bars."""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from claimstance.records import CLAIM_STANCES, Stance

WIDTH, HEIGHT = 600.0, 36.0  # of a lane, in the units of its picture
MOST_DAYS, MOST_MONTHS = 62, 62  # with more of them a bar is a month, or a year


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from the lane's floor, and what it stands for."""

    x: float
    y: float
    width: float
    height: float
    told: str


@dataclass(frozen=True, slots=True)
class Lane:
    """The bars of one stance; the highest stands for `most` sentences."""

    stance: Stance
    most: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A lane a stance, all over the same dates; `undated` articles are not among them."""

    lanes: tuple[Lane, ...]
    step: str
    first: str
    last: str
    undated: int


def timeline(articles: Iterable[tuple[str, Mapping[str, int]]]) -> Timeline | None:
    """The bars for articles, each with its date and how many sentences it has of a stance.

    A date begins as ISO 8601 has it (2026-11-30); other articles are undated. None without dates.
    """
    dated, undated = list[tuple[date, Mapping[str, int]]](), 0
    for published, counts in articles:
        day = _day(published)
        if day:
            dated.append((day, counts))
        else:
            undated += 1
    if not dated:
        return None
    first, last = min(day for day, _ in dated), max(day for day, _ in dated)
    step = _step(first, last)
    begin, end = _slot(first, step), _slot(last, step)
    lanes = tuple(_lane(stance, dated, step, begin, end - begin + 1) for stance in CLAIM_STANCES)
    return Timeline(lanes, step, first.isoformat(), last.isoformat(), undated)


def _day(published: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(published.strip()[:10])
    return None


def _step(first: date, last: date) -> str:
    if (last - first).days < MOST_DAYS:
        return "day"
    return "month" if _slot(last, "month") - _slot(first, "month") < MOST_MONTHS else "year"


def _slot(day: date, step: str) -> int:
    """The number of a day, month or year; neighbours differ by one."""
    return {"day": day.toordinal(), "month": day.year * 12 + day.month, "year": day.year}[step]


def _name(day: date, step: str) -> str:
    return day.isoformat()[: {"day": 10, "month": 7, "year": 4}[step]]


def _lane(
    stance: Stance, dated: list[tuple[date, Mapping[str, int]]], step: str, begin: int, slots: int
) -> Lane:
    found, names = Counter[int](), dict[int, str]()
    for day, counts in dated:
        slot = _slot(day, step) - begin
        names[slot] = _name(day, step)
        found[slot] += counts.get(stance.value, 0)
    most, room = max(found.values()), WIDTH / slots
    bars = (
        _bar(slot * room, room, HEIGHT * count / most, f"{names[slot]}: {count:,}")
        for slot, count in sorted(found.items())
        if count
    )
    return Lane(stance, most, tuple(bars))


def _bar(x: float, room: float, height: float, told: str) -> Bar:
    """A bar in the middle of its room; the only one of a lane is no wall."""
    width = min(room * 0.8, 24.0)
    left = x + (room - width) / 2
    return Bar(round(left, 2), round(HEIGHT - height, 2), round(width, 2), round(height, 2), told)
