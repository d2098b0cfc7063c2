"""Many globs against many names: the same answers as fnmatch gives one by one."""

from fnmatch import fnmatchcase

from hypothesis import given
from hypothesis import strategies as st

from auditor.analysis.globs import Globs

_TEXT = st.text("ab.*?[]!", max_size=8)


@given(st.lists(_TEXT, max_size=12), st.lists(st.text("ab.]*\n", max_size=8), max_size=6))
def test_matching_is_what_fnmatch_says_in_the_order_given(globs: list[str], names: list[str]) -> None:
    known = Globs([(glob, place) for place, glob in enumerate(globs)])
    for name in (*names, *globs):
        expected = tuple(place for place, glob in enumerate(globs) if fnmatchcase(name, glob))
        assert known.matching(name) == expected
        assert known.matching(name) == expected


def test_literal_ends_do_not_overlap() -> None:
    assert Globs([("a.b*b.c", 1)]).matching("a.b.c") == ()
    assert Globs([("a.b*b.c", 1)]).matching("a.bb.c") == (1,)
