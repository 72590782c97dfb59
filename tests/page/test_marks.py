from hypothesis import given, settings
from hypothesis import strategies as st

from claimstance.page.marks import Mark, Marked, nest

KINDS = st.sampled_from(["source", "cue", "claim"])
MARKS = st.lists(st.builds(Mark, KINDS, st.integers(-3, 40), st.integers(-3, 40)), max_size=5)

CALM = settings(max_examples=60, deadline=None, derandomize=True, database=None)


def read(nodes):
    return "".join(node if isinstance(node, str) else read(node.inside) for node in nodes)


def covered(nodes, over=()):
    """The kinds over each character, in order."""
    for node in nodes:
        if isinstance(node, str):
            yield from [frozenset(over)] * len(node)
        else:
            yield from covered(node.inside, (*over, node.kind))


@CALM
@given(st.text(max_size=30), MARKS)
def test_the_text_stays_to_the_letter(text, marks):
    assert read(nest(text, marks)) == text


@CALM
@given(st.text(max_size=30), MARKS)
def test_each_character_stands_under_the_marks_that_cover_it(text, marks):
    expected = [
        {mark.kind for mark in marks if mark.start <= place < mark.end}
        for place in range(len(text))
    ]
    assert list(covered(nest(text, marks))) == expected


@CALM
@given(st.text(max_size=30), MARKS)
def test_no_piece_is_empty(text, marks):
    def pieces(nodes):
        for node in nodes:
            yield node if isinstance(node, str) else node.inside
            yield from () if isinstance(node, str) else pieces(node.inside)

    assert all(pieces(nest(text, marks)))


def test_a_cue_inside_a_claim_is_inside_it():
    marks = [Mark("cue", 4, 7), Mark("claim", 0, 9)]
    assert nest("It is not so.", marks) == (
        Marked("claim", ("It i", Marked("cue", ("s n",)), "ot")),
        " so.",
    )


def test_one_that_crosses_an_edge_is_cut_there():
    marks = [Mark("claim", 0, 6), Mark("cue", 4, 8)]
    assert nest("abcdefghij", marks) == (
        Marked("claim", ("abcd", Marked("cue", ("ef",)))),
        Marked("cue", ("gh",)),
        "ij",
    )
