"""The file sink read back: deltas become absolute counts, torn writes lose nothing silently."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.usage import Collection
from auditor.model.window import Window
from auditor.tracking import layout
from auditor.usage.file_counters import FileCounters

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
WINDOW = Window.last_days(14, NOW)
TODAY = NOW.date()
KEY = "GET /users/{id}"


def flush(at: datetime = NOW, **fields: Any) -> str:
    record = {"v": layout.FORMAT_VERSION, "kind": "flush", "at": at.timestamp(), "version": "3f9c"}
    return json.dumps(record | {"minutes": [int(at.timestamp()) // 60]} | fields) + "\n"


def calls(count: int, day: date = TODAY, status: str = "2xx") -> dict[str, dict[str, int]]:
    return {day.isoformat(): {layout.call_field(KEY, status): count}}


def routes(first: datetime, last: datetime, handler: str = "shop.v2:get_user") -> str:
    record = layout.route_record(handler, "/srv/shop/v2.py", 12, "3f9c", [], first.timestamp(), last.timestamp())
    line = {"v": 1, "kind": "routes", "at": last.timestamp(), "version": "3f9c", "routes": {KEY: record}}
    return json.dumps(line) + "\n"


def place(tmp_path: Path, **files: str) -> str:
    directory = tmp_path / "shop"
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (directory / f"{name}.jsonl").write_text(text)
    return tmp_path.as_uri()


def collect(url: str, app: str = "shop") -> Collection:
    return FileCounters("files", url, app).collect(WINDOW)


def test_deltas_add_up_by_file_and_day(tmp_path: Path) -> None:
    url = place(
        tmp_path,
        a=flush(calls=calls(3))
        + flush(calls=calls(4), last={KEY: NOW.timestamp() - 5})
        + flush(calls=calls(1, status="5xx")),
        b=flush(calls=calls(10), tasks={TODAY.isoformat(): {"shop.tasks.remind": 2}}),
    )
    found = collect(url)
    assert found.problem is None
    by_origin = {(sample.origin, sample.key): sample for sample in found.samples}
    first = by_origin["a.jsonl", KEY]
    assert (first.count, first.errors, first.by_status) == (8, 1, {"2xx": 7, "5xx": 1})
    assert first.last_seen == NOW - timedelta(seconds=5)
    assert by_origin["b.jsonl", KEY].count == 10
    assert by_origin["b.jsonl", "shop.tasks.remind"].kind == "task"


def test_what_newer_trackers_write_is_read_and_what_older_ones_leave_out_is_not_missed(tmp_path: Path) -> None:
    day = TODAY.isoformat()
    place_ = layout.route_record("shop.tasks:remind", "tasks.py", 7, "3f9c", [], NOW.timestamp() - 9, NOW.timestamp())
    names = {"v": 1, "kind": "registered", "at": NOW.timestamp(), "registered": {"tasks remind": place_}}
    url = place(
        tmp_path,
        a=flush(
            calls=calls(3),
            probes=calls(30), bots={day: {f"{KEY} 5xx": 2}}, commands={day: {"export": 4}}, tasks={day: {"remind": 6}},
            outcomes={day: {"tasks failed remind": 1, "tasks timed_out remind": 1, "tasks retried remind": 5}},
            watched={"tasks": [int(NOW.timestamp()) // 60]},
            users={day: {KEY: [[1, 2]]}}, durations={day: {f"calls 3 {KEY}": 2}},
        )
        + json.dumps(names) + "\n"
        + json.dumps(names | {"registered": {"tasks remind": {**place_, "first": NOW.timestamp() - 99}}}) + "\n",
    )  # fmt: skip
    found = collect(url)
    assert found.problem is None and found.lost == ()
    samples = {(one.kind, one.key): (one.count, one.errors, one.by_status) for one in found.samples}
    assert samples == {
        ("endpoint", KEY): (35, 2, {"2xx": 3, "bot": 2, "probe": 30}),
        ("command", "export"): (4, 0, {}),
        ("task", "remind"): (6, 2, {}),
    }
    (name,) = found.names
    assert (name.kind, name.name, name.target.handler) == ("task", "remind", "shop.tasks:remind")
    assert name.first_registered == NOW - timedelta(seconds=99)
    assert {kind: [day.minutes for day in days] for kind, days in found.watched_kinds.items()} == {"task": [1]}


def test_watched_minutes_and_lost_counts(tmp_path: Path) -> None:
    early = NOW - timedelta(days=2)
    url = place(tmp_path, a=flush(early) + flush(lost={TODAY.isoformat(): 5}), b=flush(NOW - timedelta(minutes=1)))
    found = collect(url)
    assert [(day.day, day.minutes) for day in found.watched] == [(early.date(), 1), (TODAY, 2)]
    assert found.lost == ((TODAY, 5),)


def test_a_torn_last_line_is_tolerated_and_said(tmp_path: Path) -> None:
    whole = flush(calls=calls(3))
    found = collect(place(tmp_path, a=whole + whole[: len(whole) // 2]))
    assert found.problem is None and found.lost == ()
    assert [sample.count for sample in found.samples] == [3]
    assert any("not written to their end" in note for note in found.notes)


@pytest.mark.parametrize(
    "bad",
    [
        "garbage\n",
        "{}\n",
        '{"v": 2, "kind": "flush", "at": 1}\n',
        flush(calls=calls(-1)),
        "\0\0\0\n",
        "[" * 100_000 + "\n",
    ],
)
def test_a_bad_line_in_the_middle_counts_as_lost(tmp_path: Path, bad: str) -> None:
    found = collect(place(tmp_path, a=flush(calls=calls(3)) + bad + flush(calls=calls(4))))
    assert found.problem is None
    assert [sample.count for sample in found.samples] == [7]
    assert found.lost == ((TODAY, 1),)
    assert any("1 lines cannot be read" in note for note in found.notes)


def test_a_bad_line_between_two_days_counts_as_lost_on_both(tmp_path: Path) -> None:
    yesterday = NOW - timedelta(days=1)
    found = collect(place(tmp_path, a=flush(yesterday) + "garbage\n" + flush()))
    assert found.lost == ((yesterday.date(), 1), (TODAY, 1))


def test_a_record_behind_a_torn_one_is_not_lost(tmp_path: Path) -> None:
    whole = flush(calls=calls(3)).replace('{"v": 1', '{"v":1', 1)
    found = collect(place(tmp_path, a=whole + whole[:40] + whole))
    assert [sample.count for sample in found.samples] == [6]


def test_routes_keep_their_first_registration(tmp_path: Path) -> None:
    long_ago = NOW - timedelta(days=30)
    url = place(tmp_path, a=routes(long_ago, long_ago), b=routes(NOW, NOW), c=routes(NOW, NOW, "shop.v3:get_user"))
    found = {route.handler.handler: route for route in collect(url).routes}
    assert found["shop.v2:get_user"].first_registered == long_ago
    assert found["shop.v2:get_user"].last_registered == NOW
    assert found["shop.v3:get_user"].first_registered == NOW


def test_days_outside_the_window_are_left_out(tmp_path: Path) -> None:
    old = NOW - timedelta(days=20)
    found = collect(place(tmp_path, a=flush(old, calls=calls(9, old.date())) + flush(calls=calls(1))))
    assert [sample.count for sample in found.samples] == [1]
    assert [day.day for day in found.watched] == [TODAY]


def test_no_files_is_no_evidence(tmp_path: Path) -> None:
    place(tmp_path)
    for url, app, said in (
        (tmp_path.as_uri(), "shop", "no *.jsonl"),
        (tmp_path.as_uri(), "webshop", "apps found beside it: shop"),
        ((tmp_path / "nowhere").as_uri(), "shop", "does not exist"),
        ("file://elsewhere/dir", "shop", "file:///absolute/directory"),
        (tmp_path.as_uri(), "../shop", "no directory's name"),
    ):
        found = collect(url, app)
        assert found.problem is not None and said in found.problem
    assert "no evidence" in str(collect(place(tmp_path, a="garbage\n")).problem)


def test_a_file_that_cannot_be_read_makes_the_source_sick_but_keeps_the_rest(tmp_path: Path) -> None:
    url = place(tmp_path, a=flush(calls=calls(3)))
    (tmp_path / "shop" / "b.jsonl").mkdir()
    found = collect(url)
    assert found.problem is not None and "b.jsonl" in found.problem
    assert found.watched == () and [sample.count for sample in found.samples] == [3]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1000), st.integers(0, 3)), max_size=30))
def test_collecting_is_repeatable_and_independent_of_the_split_into_files(
    tmp_path_factory: pytest.TempPathFactory, deltas: list[tuple[int, int, int]]
) -> None:
    texts = {"f0": flush(), "f1": flush(), "f2": flush()}
    for file, count, back in deltas:
        texts[f"f{file}"] += flush(calls=calls(count, TODAY - timedelta(days=back)))
    split = place(tmp_path_factory.mktemp("split"), **texts)
    joined = place(tmp_path_factory.mktemp("joined"), all="".join(texts.values()))
    assert collect(split) == collect(split)
    assert totals(collect(split)) == totals(collect(joined))


def totals(found: Collection) -> dict[tuple[str, date], int]:
    sums: dict[tuple[str, date], int] = {}
    for sample in found.samples:
        sums[sample.key, sample.day] = sums.get((sample.key, sample.day), 0) + sample.count
    return sums
