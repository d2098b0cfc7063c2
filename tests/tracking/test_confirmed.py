"""What a server has forgotten, against servers that are plain dictionaries and go back to any earlier state."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.tracking import confirmed
from auditor.tracking.confirmed import Confirmed
from auditor.tracking.delta import Delta

DAY = date(2026, 11, 21)
NOON = 1_795_262_400.0
MONTH = 31 * 86400.0


def delta(sequence: int, count: int = 1, **more: object) -> Delta:
    given = {"at": NOON + sequence, "sequence": sequence, "counts": {"calls": {DAY: {"GET /a 2xx": count}}}}
    return Delta(**{**given, **more})  # type: ignore[arg-type]


class Server:
    """A server that applies what a sink would write, and can go back to any state it was in."""

    def __init__(self) -> None:
        self.states = [(0, 0, 0)]

    def take(self, state: Confirmed, new: Delta) -> None:
        known, stored, lost = self.states[-1]
        forgotten = state.forgotten(known, new)
        totals = dict(new.lost)
        confirmed.add_to(totals, forgotten.lost)
        new = new._replace(lost=totals)
        for one in (*forgotten.again, new):
            stored += sum(one.counted().values())
            lost += sum(one.lost.values())
        self.states.append((new.sequence, stored, lost))
        state.add(new, known)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2), st.integers(0, 40)), max_size=40))
def test_what_is_stored_and_what_is_lost_make_up_what_was_counted(steps: list[tuple[int, int, int]]) -> None:
    """Each step counts and loses some, after the server went back by a number of states or not at all."""
    state, server, total = Confirmed(MONTH), Server(), 0
    for sequence, (count, lost, back) in enumerate(steps, 1):
        if back > 20:
            server.states = server.states[: max(1, len(server.states) - (back - 20))]
        server.take(state, delta(sequence, count, lost={DAY: lost} if lost else {}))
        total += count + lost
        assert sum(server.states[-1][1:]) == total


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40)), max_size=60))
def test_where_little_is_kept_rather_more_is_called_lost(steps: list[tuple[int, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(confirmed, "_MOST_DELTAS", 6)
        patch.setattr(confirmed, "_MOST_FIELDS", 18)
        state, server, total = Confirmed(MONTH), Server(), 0
        for sequence, (count, back) in enumerate(steps, 1):
            if back > 20:
                server.states = server.states[: max(1, len(server.states) - (back - 20))]
            server.take(state, delta(sequence, count))
            total += count
            stored, lost = server.states[-1][1:]
            assert stored <= total <= stored + lost


def test_days_that_nobody_will_mark_any_more_are_left_out() -> None:
    state = Confirmed(MONTH)
    state.add(delta(1, counts={"calls": {date(2026, 11, 3): {"a": 4}, DAY: {"a": 2}}}), 0)
    assert state.forgotten(0, delta(2)).lost == {DAY: 2}
    late = delta(2, at=NOON + 3 * 86400)
    assert state.forgotten(0, late).lost == {}
    assert state.forgotten(0, late._replace(minutes=(int(NOON) // 60,))).lost == {DAY: 2}
    assert state.forgotten(0, late._replace(watched={"tasks": (int(NOON) // 60,)})).lost == {DAY: 2}


def test_of_one_that_ended_orderly_or_was_away_for_as_long_as_counts_last_nothing_is_expected() -> None:
    state = Confirmed(MONTH)
    state.add(delta(1), 0)
    assert state.forgotten(0, delta(2, at=NOON + 1 + MONTH, minutes=(int(NOON) // 60,))) == ((), {})
    state.add(delta(2, closing=True), 1)
    assert state.forgotten(0, delta(3)) == ((), {})


def test_what_is_kept_is_bounded() -> None:
    state = Confirmed(MONTH)
    for sequence in range(1, 3001):
        fields = {f"GET /{number} 2xx": 1 for number in range(20)}
        state.add(delta(sequence, counts={"calls": {DAY: fields}}), sequence - 1)
    assert len(state.forgotten(1, delta(3001)).again) <= 250
    assert state.forgotten(0, delta(3001)).lost == {DAY: 60_000}
    assert state.forgotten(2995, delta(3001)) == (tuple(state.forgotten(2995, delta(3001)).again), {})
    assert [one.sequence for one in state.forgotten(2995, delta(3001)).again] == [2996, 2997, 2998, 2999, 3000]
