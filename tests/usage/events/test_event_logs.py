"""Event logs: each event counts once, wherever it is found again; what it says is measured; nobody is kept."""

import gzip
import json
import random
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from auditor import pipeline
from auditor.config import AuditConfig, SourceConfig, UsageConfig, load
from auditor.ledger.store import Ledger
from auditor.model.ingestion import IngestedBefore
from auditor.model.usage import Collection, UsageSample
from auditor.model.window import Window
from auditor.tracking.sketches import UserSketch
from auditor.usage import sources

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
WINDOW = Window.last_days(14, NOW)
NOTHING = IngestedBefore()
EVENTS = SourceConfig(name="agents", kind="events", path="events*")


def event(number: int, component: str = "invoice-export", **fields: Any) -> dict[str, Any]:
    at = NOW - timedelta(minutes=number)
    return {"uuid": f"e-{number}", "component": component, "occurred_at": at.isoformat(), **fields}


def write(path: Path, events: Iterable[dict[str, Any] | str]) -> Path:
    lines = (one if isinstance(one, str) else json.dumps(one) for one in events)
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def collect(
    root: Path, config: SourceConfig = EVENTS, before: IngestedBefore = NOTHING, window: Window = WINDOW
) -> Collection:
    whole = AuditConfig(app="shop", usage=UsageConfig(sources=(config,)))
    (source,) = sources.build(whole, root, {}, [], before=lambda name: before)
    return source.collect(window)


def counts(*collections: Collection) -> Counter[str]:
    """Return what a ledger makes of collections: the largest of each origin, origins together."""
    largest: dict[tuple[str, str, Any], int] = {}
    for collection in collections:
        for one in collection.samples:
            place = (one.key, one.origin, one.day)
            largest[place] = max(largest.get(place, 0), one.count)
    found: Counter[str] = Counter()
    for (key, _, _), count in largest.items():
        found[key] += count
    return found


def after(*collections: Collection, marks: bool = False) -> IngestedBefore:
    """Return what a ledger remembers after collections; without `marks`, every file is read again."""
    ids = tuple(ids for one in collections for ids in one.event_ids)
    return IngestedBefore({mark.origin: mark for one in collections if marks for mark in one.marks}, ids, 7)


def only(collection: Collection) -> UsageSample:
    assert collection.problem is None, collection.problem
    (sample,) = collection.samples
    return sample


def test_an_event_tells_how_it_ended_how_long_it_took_what_it_cost_and_for_whom(tmp_path: Path) -> None:
    write(
        tmp_path / "events.jsonl",
        [
            event(1, outcome="success", duration_ms=120, cost=0.1, user="anna"),
            event(2, outcome="failed", duration_ms=80.5, cost="0.2", user="bob", error="RATE_LIMITED"),
            event(3, outcome="timed_out", user="anna", error={"code": "upstream.timeout", "message": "anna waited"}),
            event(70, outcome="cancelled", cost=0.000001),
        ],
    )
    found = only(collect(tmp_path))
    assert (found.kind, found.key, found.count, found.day) == ("component", "invoice-export", 4, NOW.date())
    assert (found.succeeded, found.errors, found.timed_out) == (1, 2, 1)
    assert found.errors_by_code == {"RATE_LIMITED": 1, "upstream.timeout": 1}
    assert (found.cost, found.costed) == (300_001, 3), "millionths, without the drift of floats"
    assert found.durations is not None and found.durations.count == 2
    assert (found.durations.total, found.durations.shortest, found.durations.longest) == (200_500, 80_500, 120_000)
    assert (found.first_seen, found.last_seen) == (NOW - timedelta(minutes=70), NOW - timedelta(minutes=1))
    users = UserSketch()
    for user in ("anna", "bob"):
        users.add(user, "shop", NOW.date())
    assert found.users == users.redis_value()
    assert {hour: (one.count, one.errors, one.succeeded) for hour, one in found.hours.items()} == {
        6: (1, 0, 0), 7: (3, 2, 1),
    }  # fmt: skip
    assert sum(one.cost for one in found.hours.values()) == found.cost


def test_reading_again_renamed_compressed_or_grown_counts_once(tmp_path: Path) -> None:
    events = [event(number, uuid="") for number in (9, 8, 7)]
    events += [event(number) for number in (6, 5)]
    path = write(tmp_path / "events.jsonl", events)
    first = collect(tmp_path)
    again = collect(tmp_path, before=after(first))
    assert first.samples == again.samples and sorted(first.event_ids) == sorted(again.event_ids)
    renamed = path.rename(tmp_path / "events.jsonl.1")
    assert collect(tmp_path, before=after(first)).samples == first.samples
    (tmp_path / "events.jsonl.1.gz").write_bytes(gzip.compress(renamed.read_bytes()))
    beside = collect(tmp_path, before=after(first))
    assert beside.samples == first.samples and "1 files are copies of another and were left out" in beside.notes
    renamed.unlink()
    grown = collect(tmp_path, before=after(first))
    assert counts(first, again, beside, grown) == {"invoice-export": 5}
    write(path, [event(4), event(3, uuid="")])
    assert counts(first, grown, collect(tmp_path, before=after(grown))) == {"invoice-export": 7}


def test_the_same_ids_in_two_files_count_once_whatever_the_files_are_called(tmp_path: Path) -> None:
    write(tmp_path / "events-a.jsonl", [event(number) for number in (9, 8, 7)])
    write(tmp_path / "events-b.jsonl", [event(number) for number in (10, 8, 7, 6)])
    first = collect(tmp_path)
    assert counts(first) == {"invoice-export": 5}
    assert "2 events were counted from another file already" in first.notes
    # Without any memory, too: which file claims an event does not depend on the names.
    (tmp_path / "events-a.jsonl").rename(tmp_path / "events-a.jsonl.1")
    assert counts(first, collect(tmp_path)) == {"invoice-export": 5}


def test_events_of_a_file_that_is_gone_are_known_when_they_come_again(tmp_path: Path) -> None:
    old = write(tmp_path / "events-1.jsonl", [event(number) for number in (9, 8, 7)])
    first = collect(tmp_path)
    old.unlink()
    write(tmp_path / "events-redelivered.jsonl", [event(number) for number in (20, 9, 8, 7, 6)])
    second = collect(tmp_path, before=after(first))
    assert counts(first, second) == {"invoice-export": 5}
    assert second.known_version == 7
    third = collect(tmp_path, before=after(first, second))
    assert third.samples == second.samples


def test_any_order_of_files_deliveries_and_collections_counts_each_event_once(tmp_path: Path) -> None:
    for seed in range(16):
        dice = random.Random(seed)
        directory = tmp_path / str(seed)
        directory.mkdir()
        collected: list[Collection] = []
        delivered: set[int] = set()
        for step in range(6):
            batch = dice.sample(range(1, 40), 8)
            delivered.update(batch)
            write(directory / f"events-{dice.randrange(4)}-{step}.jsonl", [event(number) for number in batch])
            if dice.random() < 0.7 or step == 5:
                collected.append(collect(directory, before=after(*collected, marks=seed % 2 == 0)))
                for path in directory.iterdir():
                    if dice.random() < 0.4:
                        path.unlink()
        assert counts(*collected)["invoice-export"] == len(delivered), seed


def test_an_id_that_is_used_again_on_a_later_day_counts_there_once_its_first_day_is_out_of_the_window(
    tmp_path: Path,
) -> None:
    write(tmp_path / "events-old.jsonl", [event(60 * 24 * 3, uuid="run-1")])
    first = collect(tmp_path)
    (tmp_path / "events-old.jsonl").unlink()
    write(tmp_path / "events-new.jsonl", [event(1, uuid="run-1")])
    assert collect(tmp_path, before=after(first)).samples == ()
    assert counts(collect(tmp_path, before=after(first), window=Window.last_days(1, NOW))) == {"invoice-export": 1}


def test_another_file_that_begins_alike_adds_what_is_new_in_it(tmp_path: Path) -> None:
    path = write(tmp_path / "events-1.jsonl", [event(number) for number in (9, 8, 7)])
    first = collect(tmp_path)
    path.unlink()
    write(tmp_path / "events-2.jsonl", [event(number) for number in (9, 6, 5)])
    second = collect(tmp_path, before=after(first))
    assert counts(first, second) == {"invoice-export": 5}
    write(tmp_path / "events-2.jsonl", [event(number) for number in (9, 6, 5, 4)])
    third = collect(tmp_path, before=after(first, second))
    assert counts(first, second, third) == {"invoice-export": 6}
    assert len({one.origin for one in third.samples}) == 2


@pytest.mark.parametrize("uuid", [None, "given"])
def test_a_file_that_is_copied_and_truncated_begins_anew(tmp_path: Path, uuid: str | None) -> None:
    def lines(*numbers: int) -> list[dict[str, Any] | str]:
        return [event(number) if uuid else event(number, uuid=None) for number in numbers]

    path = write(tmp_path / "events.jsonl", lines(9, 8, 7))
    first = collect(tmp_path)
    (tmp_path / "events.jsonl.1").write_bytes(path.read_bytes())
    between = collect(tmp_path, before=after(first))
    write(path, lines(6))
    second = collect(tmp_path, before=after(first, between))
    write(path, [*lines(6), *lines(5)])
    third = collect(tmp_path, before=after(first, between, second, marks=True))
    assert counts(first, between, second) == {"invoice-export": 4}
    assert counts(first, between, second, third) == {"invoice-export": 5}


def test_a_repeated_line_counts_once_with_an_id_and_each_time_without(tmp_path: Path) -> None:
    write(tmp_path / "events.jsonl", [event(5), event(5), event(5, uuid=None), event(5, uuid=None)])
    found = collect(tmp_path)
    assert only(found).count == 3
    assert "1 lines repeat the id and name of an event in the same file, and count once" in found.notes


def test_one_run_of_several_tools_is_a_use_of_each(tmp_path: Path) -> None:
    run = {"execution_id": "run-1", "timestamp": NOW.isoformat()}
    write(
        tmp_path / "events.jsonl",
        [run | {"agent": "planner", "tool": "search"}, run | {"agent": {"name": "planner"}, "tool_name": "weather"}],
    )
    assert counts(collect(tmp_path)) == {"planner": 1, "search": 1, "weather": 1}


def test_a_beginning_and_an_end_are_one_use_with_the_measures_of_the_end(tmp_path: Path) -> None:
    lines = [
        event(5, status="started"),
        event(5, status="completed", duration_ms=10, cost=1),
        event(5, status="completed", duration_ms=10, cost=1),
        event(4, status="started"),
    ]
    write(tmp_path / "events.jsonl", lines)
    found = only(collect(tmp_path))
    assert (found.count, found.succeeded, found.costed) == (2, 1, 1), "what never ended was used as well"


@pytest.mark.parametrize("moment", [NOW.timestamp(), NOW.timestamp() * 1000, NOW.timestamp() * 1e9, str(NOW)])
def test_times_come_in_many_forms(tmp_path: Path, moment: object) -> None:
    write(tmp_path / "events.jsonl", [event(1, occurred_at=moment)])
    found = collect(tmp_path)
    assert only(found).last_seen == NOW and not found.only_for_use


def test_a_time_without_a_zone_needs_one_or_proves_use_only(tmp_path: Path) -> None:
    write(tmp_path / "events.jsonl", [event(1, occurred_at="2026-11-21T02:30:00")])
    found = collect(tmp_path)
    assert found.only_for_use and only(found).last_seen == datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
    assert any("without a zone" in note for note in found.notes)
    sydney = collect(tmp_path, msgspec.structs.replace(EVENTS, timezone="Australia/Sydney"))
    assert not sydney.only_for_use and only(sydney).last_seen == datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


def test_minutes_are_watched_where_there_is_an_event_or_between_all_in_a_complete_log(tmp_path: Path) -> None:
    write(tmp_path / "events.jsonl", [event(30), event(20, "other"), event(1)])
    found = collect(tmp_path)
    assert found.watched == (), "events say nothing of requests"
    assert {kind: [day.minutes for day in days] for kind, days in found.watched_kinds.items()} == {"component": [3]}
    complete = collect(tmp_path, msgspec.structs.replace(EVENTS, complete=True))
    assert [day.minutes for day in complete.watched_kinds["component"]] == [30]
    tasks = collect(tmp_path, msgspec.structs.replace(EVENTS, counts="task", fields={"task": "component"}))
    assert set(tasks.watched_kinds) == {"task"} and {one.kind for one in tasks.samples} == {"task"}
    assert collect(tmp_path, msgspec.structs.replace(EVENTS, sampled=True)).only_for_use


@pytest.mark.parametrize("moment", ["1970-01-01T00:00:07Z", 150_000_000])
def test_a_clock_that_was_not_set_yet_stretches_no_complete_log(tmp_path: Path, moment: object) -> None:
    write(tmp_path / "events.jsonl", [event(0, occurred_at=moment), event(30), event(1)])
    found = collect(tmp_path, msgspec.structs.replace(EVENTS, complete=True))
    assert [day.minutes for day in found.watched_kinds["component"]] == [30] and only(found).count == 2


def test_events_from_the_future_prove_use_and_that_a_clock_is_wrong(tmp_path: Path) -> None:
    write(tmp_path / "events.jsonl", [event(-90 * 24 * 60), event(4000)])
    found = collect(tmp_path, msgspec.structs.replace(EVENTS, complete=True))
    assert "2,160 h after this collection" in str(found.problem) and not found.watched_kinds
    assert counts(found) == {"invoice-export": 1} and found.marks == ()
    write(tmp_path / "events.jsonl", [event(-50), event(4000)])
    assert collect(tmp_path).problem is None, "clocks may differ by a little"


def test_nothing_recorded_is_no_evidence_and_never_zero(tmp_path: Path) -> None:
    assert "no file matches" in str(collect(tmp_path).problem)
    said = {
        "": "no component is recorded",
        json.dumps({"level": "info", "timestamp": NOW.isoformat()}): "name no component",
        json.dumps({"component": "x"}): "have no time",
        json.dumps(event(60 * 24 * 40)): "are of other days, up to 2026-10-12",
        json.dumps(event(1, "3f2b8c1e-0a4d-4b52-9a53-6f0d2f1c7a11")): "that may be kept",
        "plain text of bob": "lines look like 'a a a a'",
    }
    for line, why in said.items():
        write(tmp_path / "events.jsonl", [line])
        found = collect(tmp_path)
        assert found.problem is not None and "no evidence" in found.problem and why in found.problem
        assert found.samples == () and found.watched_kinds == {}


def test_bad_lines_are_counted_by_shape_and_many_of_them_end_trust(tmp_path: Path) -> None:
    path = write(tmp_path / "events.jsonl", [event(number) for number in range(1, 500)])
    with path.open("ab") as stream:
        stream.write(b'not json, says bob@example.org\n[1, 2]\n\xff\xfe\n{"a":' + b"[" * 50_000 + b"\n\n")
        stream.write(b'{"uuid": "x", "component": "' + b"y" * (3 << 20) + b'"}\n')
        stream.write(json.dumps(event(501)).encode() + b'\n{"uuid": "torn')
    found = collect(tmp_path)
    assert counts(found) == {"invoice-export": 500} and found.problem is None and not found.only_for_use
    (note,) = [note for note in found.notes if "no JSON object" in note]
    assert note.startswith("5 lines") and "bob" not in note and "example" not in note
    with path.open("ab") as stream:
        stream.write(b"}\n" + b"garbage\n" * 10)
    doubtful = collect(tmp_path)
    assert doubtful.only_for_use and doubtful.problem is None
    assert counts(doubtful) == {"invoice-export": 500}, "what can be read proves use all the same"


def test_durations_and_costs_that_cannot_be_meant_are_left_out_of_their_line(tmp_path: Path) -> None:
    odd: list[Any] = [-1, "free", 1e300, True, [1], "1e400", "nan"]
    write(tmp_path / "events.jsonl", [event(number, cost=cost) for number, cost in enumerate(odd, 1)])
    found = collect(tmp_path)
    assert (only(found).count, only(found).cost, only(found).costed) == (7, 0, 0)
    assert "7 durations or costs cannot be meant and were left out" in found.notes
    seconds = msgspec.structs.replace(EVENTS, duration_unit="s")
    write(tmp_path / "events.jsonl", [event(1, duration=2), event(2, duration_ms=3), event(3, elapsed="4")])
    durations = only(collect(tmp_path, seconds)).durations
    assert durations is not None and durations.total == 6_003_000


def test_fields_may_be_named_and_nested_and_unknown_ones_are_refused(tmp_path: Path) -> None:
    line = {"meta": {"id": "1", "tool": {"name": "search"}}, "when": NOW.isoformat(), "agent": "planner"}
    write(tmp_path / "events.jsonl", [line])
    fields = {"uuid": "meta.id", "tool": "meta.tool.name", "occurred_at": "when"}
    named = collect(tmp_path, msgspec.structs.replace(EVENTS, fields=fields))
    assert counts(named) == {"search": 1} and len(named.event_ids) == 1
    wrong = collect(tmp_path, msgspec.structs.replace(EVENTS, fields={"colour": "x"}))
    assert "fields names 'colour'" in str(wrong.problem)


def test_a_ledger_counts_each_event_once_over_rotation_deletion_and_delivery_anew(tmp_path: Path) -> None:
    def collected() -> tuple[int, int, int]:
        with Ledger.open("sqlite:///ledger.db", tmp_path) as ledger:
            ledger.record([collect(tmp_path, before=ledger.before("agents"))], now=NOW)
            samples = ledger.read(WINDOW).samples
        return (
            sum(one.count for one in samples),
            sum(one.succeeded for one in samples),
            sum(one.cost for one in samples),
        )

    each = {"outcome": "ok", "cost": 2}
    path = write(tmp_path / "events.jsonl", [event(number, **each) for number in (9, 8, 7)])
    assert collected() == collected() == (3, 3, 6_000_000)
    write(path, [event(number, **each) for number in (9, 8, 7, 6)])
    path.rename(tmp_path / "events.jsonl.1")
    write(path, [event(5, **each), event(4, **each)])
    assert collected() == (6, 6, 12_000_000)
    (tmp_path / "events.jsonl.1").unlink()
    write(tmp_path / "events-again.jsonl", [event(number, **each) for number in (8, 7, 6, 3)])
    assert collected() == collected() == (7, 7, 14_000_000)


def test_a_file_that_is_as_it_was_is_not_read_again_and_the_same_is_said_of_it(tmp_path: Path) -> None:
    config = msgspec.structs.replace(EVENTS, complete=True)
    lines: list[dict[str, Any] | str] = [event(number, outcome="purple") for number in range(400, 0, -1)]
    path = write(tmp_path / "events.jsonl", [*lines, "no json"])
    first = collect(tmp_path, config)
    known = IngestedBefore({one.origin: one for one in first.marks}, first.event_ids, 1)
    again = collect(tmp_path, config, known)
    assert again.problem is None and again.samples == () and again.event_ids == ()
    assert [day.minutes for day in again.watched_kinds["component"]] == [
        day.minutes for day in first.watched_kinds["component"]
    ]
    assert [note.partition(", which")[0] for note in first.notes] == list(again.notes)
    renamed = path.rename(tmp_path / "events.jsonl.1")
    write(path, [event(0)])
    assert counts(collect(tmp_path, config, known)) == {"invoice-export": 1}
    other = msgspec.structs.replace(config, fields={"tool": "component"})
    assert counts(collect(tmp_path, other, known)) == {"invoice-export": 401}, "what decides how it is read has changed"
    wider = collect(tmp_path, config, known, Window.last_days(1, NOW))
    assert counts(wider) == {"invoice-export": 1}, "fewer days were read as well"
    tomorrow = NOW.date() + timedelta(days=1)
    changed = IngestedBefore({mark.origin: msgspec.structs.replace(mark, first_day=tomorrow) for mark in first.marks})
    assert counts(collect(tmp_path, config, changed)) == {"invoice-export": 401}, "an earlier day was not"
    renamed.write_text(renamed.read_text() + json.dumps(event(500)) + "\n")
    assert counts(collect(tmp_path, config, known)) == {"invoice-export": 402}


def test_what_is_not_trusted_leaves_no_mark(tmp_path: Path) -> None:
    write(tmp_path / "events.jsonl", [event(1), event(2, occurred_at="2026-11-21T02:00:00")])
    assert collect(tmp_path).marks == ()
    write(tmp_path / "events.jsonl", [event(1)])
    assert len(collect(tmp_path).marks) == 1
    (tmp_path / "events.gz").write_bytes(b"\x1f\x8b damaged")
    assert collect(tmp_path).marks == ()


def test_two_collectors_at_once_count_each_event_once(tmp_path: Path) -> None:
    (tmp_path / "auditor.toml").write_text(
        'app = "shop"\n[[usage.sources]]\nname = "agents"\nkind = "events"\npath = "events*"\n'
    )
    loaded = load(tmp_path)

    def collected() -> None:
        pipeline.collect(loaded, days=14, source=None, now=NOW, environment={})

    collected()
    write(tmp_path / "events-0.jsonl", [event(1)])
    for step in range(3):
        write(tmp_path / f"events-{step}.jsonl", [event(number) for number in range(step * 100 + 1, step * 100 + 301)])
        with ThreadPoolExecutor(3) as threads:
            list(threads.map(lambda _: collected(), range(3)))
    samples = pipeline.recorded(loaded, days=14, now=NOW).samples
    assert sum(one.count for one in samples) == 500


PERSONAL = (
    "anna.smith@example.org", "3f2b8c1e-0a4d-4b52-9a53-6f0d2f1c7a11", "4111111111111111", "10.20.30.40",
    "507f1f77bcf86cd799439011", "01ARZ3NDEKTSV4RRFFQ69G5FAV",
)  # fmt: skip


def test_no_user_address_id_or_message_reaches_collection_or_ledger(tmp_path: Path) -> None:
    secrets = ["Zaphod Beeblebrox", "Zaphod", *PERSONAL]
    lines = [event(number) for number in range(1000, 1100)]
    for number, secret in enumerate(secrets):
        lines += [
            event(10 * number + 1, user=secret, error=f"could not mail {secret}", outcome="error"),
            event(10 * number + 2, user={"id": secret, "name": secret}, message=secret, outcome="error"),
            event(10 * number + 3, error={"code": secret, "message": secret}, outcome=secret),
            event(10 * number + 4, error_code=secret, outcome="failed", note=secret),
            event(10 * number + 5, error=f"ValueError: {secret}", outcome="failed"),
        ]
    lines += [event(9000 + number, secret) for number, secret in enumerate(PERSONAL)]
    lines.append("no json " + " ".join(secrets))
    write(tmp_path / "events.jsonl", lines)
    found = collect(tmp_path)
    assert found.problem is None
    with Ledger.open("sqlite:///ledger.db", tmp_path) as ledger:
        ledger.record([found], now=NOW)
    kept = msgspec.json.encode(found) + repr(found).encode()
    for path in tmp_path.glob("ledger.db*"):
        kept += path.read_bytes()
    for secret in secrets:
        assert secret.encode() not in kept, secret
    assert b"Beeblebrox" not in kept and b"could not mail" not in kept
    assert sum(one.errors_by_code.get("ValueError", 0) for one in found.samples) == len(secrets)
    assert f"{len(PERSONAL)} names look like ids or addresses of people and were not kept" in found.notes


def test_names_that_are_ids_in_disguise_are_a_problem_and_none_is_kept(tmp_path: Path) -> None:
    write(tmp_path / "events.jsonl", [event(1, f"user {number}", uuid="") for number in range(10_001)])
    found = collect(tmp_path)
    assert "more than 10,000 different names" in str(found.problem)
    assert found.samples == () and found.event_ids == ()


def test_a_damaged_file_is_a_problem_and_the_others_still_prove_use(tmp_path: Path) -> None:
    whole = gzip.compress("\n".join(json.dumps(event(number)) for number in range(1, 5000)).encode())
    (tmp_path / "events-1.gz").write_bytes(whole[: len(whole) // 2])
    write(tmp_path / "events-2.jsonl", [event(6000, "other")])
    found = collect(tmp_path)
    assert "damaged" in str(found.problem) and "events-1.gz" in str(found.problem)
    assert counts(found)["other"] == 1 and found.watched_kinds == {}
