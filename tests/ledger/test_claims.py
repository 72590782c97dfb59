"""What a claim knows of its mentions."""

from claimstance.ledger.claims import Claim
from claimstance.ledger.gather import gather
from claimstance.records import Stance


def claim(*predictions):
    return Claim("id", "text", gather(predictions).mentions)


def test_contested_is_the_smaller_side_of_different_voices(said):
    found = claim(
        said("The army", "the town was taken", index=0),
        said("the army", "the town was taken", index=1),
        said("A monitor", "the town was taken", index=2),
        said("Many", "the town was taken", Stance.DISPUTED, index=3),
    )
    assert found.contested == 1
    assert found.voices(Stance.ASSERTED) == 2
    assert found.rank == (1, 1, 4)


def test_authors_are_different_voices_unless_of_one_outlet(said):
    rows = [said("", "the town was taken", article=name) for name in "ab"]
    assert claim(*rows).voices(Stance.ASSERTED) == 2
    rows = [said("", "the town was taken", article=name, outlet="Post") for name in "ab"]
    assert claim(*rows).voices(Stance.ASSERTED) == 1
    assert claim(*rows).articles == 2


def test_dates_are_sorted_as_times_and_what_is_none_is_passed_over(said):
    published = ["2026-03-01T01:00+02:00", "2026-02-28T23:30", "", "last spring", "2026-02-27"]
    rows = [
        said("Ann", "the town was taken", index=index, published=date)
        for index, date in enumerate(published)
    ]
    assert claim(*rows).dates == ("2026-02-27", "2026-02-28T23:30")
    assert claim(rows[2], rows[3]).dates == ("", "")
