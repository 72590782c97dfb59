from collections import Counter

import pytest

from claimstance.page.timeline import HEIGHT, WIDTH, timeline

ONE = {"asserted": 1}


def test_without_a_date_there_is_none():
    assert timeline([("", ONE), ("yesterday", ONE), ("2026-13-01", ONE)]) is None


@pytest.mark.parametrize(
    ("first", "last", "step"),
    [
        ("2026-11-01", "2026-11-01", "day"),
        ("2026-09-30", "2026-11-30", "day"),
        ("2026-09-29", "2026-11-30", "month"),
        ("2021-10-01", "2026-11-30", "month"),
        ("2021-09-01", "2026-11-30", "year"),
        ("0001-01-01", "9999-12-31", "year"),
    ],
)
def test_a_bar_is_a_day_a_month_or_a_year(first, last, step):
    found = timeline([(last, ONE), (first, ONE)])
    assert (found.first, found.last, found.step) == (first, last, step)


def test_sentences_of_a_day_stand_on_each_other_and_lanes_beside_each_other():
    found = timeline(
        [
            ("2026-11-01", {"asserted": 3, "denied": 1}),
            ("2026-11-01T08:30:00Z", {"asserted": 1}),
            ("2026-11-03", {"asserted": 2, "no_claim": 9}),
        ]
    )
    asserted, denied, disputed = found.lanes
    assert (asserted.most, denied.most, disputed.most) == (4, 1, 0)
    assert [bar.told for bar in asserted.bars] == ["2026-11-01: 4", "2026-11-03: 2"]
    assert [bar.height for bar in asserted.bars] == [HEIGHT, HEIGHT / 2]
    assert denied.bars[0].x == asserted.bars[0].x
    assert disputed.bars == ()


def test_articles_without_a_date_are_counted():
    assert timeline([("2026-11-01", ONE), ("in spring", ONE)]).undated == 1


def test_every_bar_stands_inside_of_its_lane():
    days = [
        (f"{year}-0{year % 9 + 1}-01", Counter(asserted=year % 7)) for year in range(1900, 2027)
    ]
    for bar in timeline(days).lanes[0].bars:
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH
        assert 0 <= bar.y < bar.y + bar.height <= HEIGHT + 0.01
