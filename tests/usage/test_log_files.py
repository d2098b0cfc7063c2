"""Access logs: formats, zones, rotation, damage. What is not there is never a zero, and no raw path gets out."""

import gzip
import json
import shutil
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.config import SourceConfig
from auditor.model.usage import Collection
from auditor.model.window import Window
from auditor.tracking import layout
from auditor.usage.logs.source import LogFiles

SAMPLES = Path(__file__).parent / "samples"
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
WINDOW = Window.last_days(14, NOW)
TODAY = NOW.date()
KEYS = ("GET /api/v1/items/{item_id}", "POST /api/v1/items/{item_id}", "GET /health", "GET /files/{path:path}")
ITEM = KEYS[0]


def combined(at: datetime = NOW, request: str = "GET /api/v1/items/42?x=1 HTTP/1.1", status: int = 200) -> str:
    return f'10.0.0.1 - - [{at.strftime("%d/%b/%Y:%H:%M:%S %z")}] "{request}" {status} 8 "-" "curl/7.88.1"\n'


def collect(root: Path, pattern: str = "access.log*", kind: str = "access_log", **options: Any) -> Collection:
    source = SourceConfig(name="edge", kind=kind, path=pattern, **options)  # type: ignore[arg-type]
    return LogFiles(source, root, KEYS).collect(WINDOW)


def totals(found: Collection) -> dict[tuple[str, date], tuple[int, dict[str, int]]]:
    sums: dict[tuple[str, date], tuple[int, dict[str, int]]] = {}
    for sample in found.samples:
        count, statuses = sums.get((sample.key, sample.day), (0, {}))
        merged = {s: statuses.get(s, 0) + sample.by_status.get(s, 0) for s in {*statuses, *sample.by_status}}
        sums[sample.key, sample.day] = count + sample.count, merged
    return sums


def counts(found: Collection) -> dict[str, int]:
    sums: dict[str, int] = {}
    for sample in found.samples:
        sums[sample.key] = sums.get(sample.key, 0) + sample.count
    return sums


@pytest.mark.parametrize(
    ("name", "kind", "count"),
    [
        ("nginx.log", "access_log", 2),
        ("gunicorn.log", "access_log", 1),
        ("morgan.log", "access_log", 1),
        ("pino.log", "json_log", 1),
        ("bunyan.log", "json_log", 1),
        ("winston.log", "json_log", 1),
    ],
)
def test_what_real_servers_write_is_read(name: str, kind: str, count: int) -> None:
    found = collect(SAMPLES, name, kind)
    assert found.problem is None and not found.only_for_use
    assert counts(found) == {ITEM: count}
    assert [(day.day, day.minutes) for day in found.watched] == [(TODAY, 1)]


@pytest.mark.parametrize("name", ["uvicorn.log", "django.log"])
def test_logs_without_a_usable_time_are_refused_with_the_mend(name: str) -> None:
    found = collect(SAMPLES, name)
    assert found.problem is not None and "no timestamp" in found.problem and "mount the tracker" in found.problem
    assert found.watched == () and found.samples == ()


def test_the_wrong_format_is_no_evidence_and_shows_shapes_not_content() -> None:
    found = collect(SAMPLES, "winston.log", "access_log")
    assert found.problem is not None and "no evidence" in found.problem
    assert "winston" not in found.problem.partition("; lines look like")[2] and "items" not in found.problem
    found = collect(SAMPLES, "winston.log", "json_log", fields={"method": "verb"})
    assert found.problem is not None and "method" in found.problem and "name them in fields" in found.problem
    found = collect(SAMPLES, "winston.log", "json_log", fields={"verb": "method"})
    assert found.problem is not None and "fields.verb" in found.problem and "one of method" in found.problem


def test_names_of_fields_are_shown_unless_they_may_be_somebodys(tmp_path: Path) -> None:
    row = {"@timestamp": 1, "msg": "x", "ann@example.org": 1, "/users/7": 2, "10.0.0.1": 3, "a" * 99: 4}
    (tmp_path / "app.jsonl").write_text(json.dumps(row) + "\n")
    found = collect(tmp_path, "app.jsonl", "json_log")
    assert "its fields are @timestamp, msg: name them" in str(found.problem)


def test_days_are_utc_days_whatever_zone_the_log_is_in(tmp_path: Path) -> None:
    sydney = timezone(timedelta(hours=11))
    at = datetime(2026, 11, 20, 8, 30, tzinfo=sydney)
    (tmp_path / "access.log").write_text(combined(at))
    (sample,) = collect(tmp_path).samples
    assert (sample.day, sample.last_seen) == (date(2026, 11, 19), at.astimezone(UTC))


def test_a_clock_that_was_not_set_yet_stretches_no_complete_log(tmp_path: Path) -> None:
    unset = combined(datetime(1970, 1, 1, 0, 0, 7, tzinfo=UTC))
    (tmp_path / "access.log").write_text(unset + combined(NOW - timedelta(minutes=9)) + combined(NOW))
    found = collect(tmp_path, complete=True)
    assert [(day.day, day.minutes) for day in found.watched] == [(TODAY, 10)]
    assert counts(found) == {ITEM: 2} and "1 lines cannot be read" in found.notes[0]


def test_statuses_are_kept_apart_and_405_is_a_class_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text("".join(combined(status=s) for s in (200, 204, 404, 405, 422, 500, 503)))
    (sample,) = collect(tmp_path).samples
    assert sample.by_status == {"2xx": 2, "405": 1, "4xx": 2, "5xx": 2}
    assert (sample.count, sample.errors) == (7, 2)


def test_requests_below_a_prefix_that_the_proxy_cuts_off_are_use_of_their_routes(tmp_path: Path) -> None:
    lines = [
        combined(request=f"GET {path} HTTP/1.1") for path in ("/edge/api/v1/items/1?x=2", "/shop/api/health", "/x")
    ]
    (tmp_path / "access.log").write_text("".join(lines))
    assert counts(collect(tmp_path)) == {ITEM: 1, "GET /health": 1, layout.UNMATCHED: 1}


def test_what_matches_no_route_counts_under_one_key_and_no_path_gets_out(tmp_path: Path) -> None:
    secret = "GET /reset/s3cr3t-token HTTP/1.1"
    lines = [
        combined(request=secret), combined(request="-", status=408), combined(request=r"\x16\x03\x01", status=400),
        combined(request="OPTIONS * HTTP/1.1"), combined(request="DELETE /health HTTP/1.1", status=405),
        combined(request="HEAD /health HTTP/1.1"), combined(request=r"GET /files/\"quoted\" and spaced HTTP/1.1"),
    ]  # fmt: skip
    (tmp_path / "access.log").write_text("".join(lines))
    found = collect(tmp_path)
    assert counts(found) == {layout.UNMATCHED: 5, "GET /health": 1, KEYS[3]: 1}
    assert "s3cr3t" not in repr(found)


def test_bad_lines_are_counted_never_a_stop_and_never_shown(tmp_path: Path) -> None:
    good = [combined(NOW - timedelta(minutes=n)) for n in range(300)]
    torn = combined(request="GET /s3cr3t HTTP/1.1").partition(" HTTP")[0] + "\n"
    noise = ["\0\0\0\0" + good[0], "Traceback (most recent call last):\n", "\n", "caf\u00e9 \u2028\n", torn, "x\x01y\n"]
    content = "".join(good + noise).encode() + b"\xff\xfe\xe9 broken\n" + b"y" * 3_000_000 + b"\n" + good[0].encode()
    (tmp_path / "access.log").write_bytes(content.replace(b"\n", b"\r\n", 5))
    found = collect(tmp_path)
    assert found.problem is None and not found.only_for_use
    assert counts(found) == {ITEM: 302}
    assert any(note.startswith("2 lines cannot be read") for note in found.notes)
    assert any("4 lines are no requests" in note for note in found.notes)
    assert "s3cr3t" not in repr(found)


def test_a_request_with_bytes_of_another_encoding_is_still_a_request(tmp_path: Path) -> None:
    line = combined().replace("curl", "J\u00e9r\u00f4me").encode("latin-1")
    (tmp_path / "access.log").write_bytes(
        combined().encode() + line * 3 + combined().replace("curl", "\u00c9").encode()
    )
    found = collect(tmp_path)
    assert found.problem is None and found.notes == () and counts(found) == {ITEM: 5}


def test_a_log_with_many_unreadable_requests_proves_use_only(tmp_path: Path) -> None:
    torn = combined().partition(" HTTP")[0] + "\n"
    (tmp_path / "access.log").write_text(combined() * 50 + torn * 5)
    found = collect(tmp_path)
    assert found.only_for_use and counts(found) == {ITEM: 50}
    assert any("proves use, never absence" in note for note in found.notes)


def test_minutes_with_lines_are_watched_and_gaps_only_where_the_log_is_complete(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(combined(NOW - timedelta(hours=10)) + combined(NOW))
    assert sum(day.minutes for day in collect(tmp_path).watched) == 2
    found = collect(tmp_path, complete=True)
    assert [(day.day, day.minutes) for day in found.watched] == [(TODAY - timedelta(days=1), 120), (TODAY, 481)]


def test_a_complete_log_is_watched_across_the_windows_edges(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(combined(NOW - timedelta(days=40)) + combined(NOW + timedelta(minutes=59)))
    found = collect(tmp_path, complete=True)
    assert counts(found) == {ITEM: 1} and found.problem is None
    assert [day.minutes for day in found.watched] == [1440] * 14 + [8 * 60 + 60]


def test_a_clock_that_runs_ahead_is_a_problem_and_proves_nothing(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(combined(NOW - timedelta(days=1)) + combined(NOW + timedelta(hours=3)))
    found = collect(tmp_path)
    assert found.problem is not None and "3 h after this collection" in found.problem and "timezone" in found.problem
    assert found.watched == () and found.marks == () and counts(found) == {ITEM: 2}, "it still proves use"


def test_rotation_compression_and_growth_keep_a_files_identity(tmp_path: Path) -> None:
    text = "".join(combined(NOW - timedelta(minutes=300 - n)) for n in range(60))
    (tmp_path / "access.log").write_text(text[: len(text) // 2])
    (before,) = {sample.origin for sample in collect(tmp_path).samples}
    (tmp_path / "access.log").write_text(text)
    (grown,) = {sample.origin for sample in collect(tmp_path).samples}
    (tmp_path / "access.log").rename(tmp_path / "access.log.1")
    (renamed,) = {sample.origin for sample in collect(tmp_path).samples}
    (tmp_path / "access.log-20261121.gz").write_bytes(gzip.compress(text.encode()))
    both = collect(tmp_path)
    assert {sample.origin for sample in both.samples} == {before} == {grown} == {renamed}
    assert counts(both) == {ITEM: 60} and any("copies of another" in note for note in both.notes)
    (tmp_path / "access.log.1").unlink()
    assert counts(collect(tmp_path)) == {ITEM: 60}


def test_two_logs_that_begin_alike_are_both_counted(tmp_path: Path) -> None:
    for server, more in (("web1", 1), ("web2", 5)):
        (tmp_path / server).mkdir()
        text = combined(request="GET /health HTTP/1.1") + combined() * more
        (tmp_path / server / "access.log").write_text(text)
    found = collect(tmp_path, "web*/access.log")
    assert counts(found) == {"GET /health": 2, ITEM: 6}
    assert len({sample.origin for sample in found.samples}) == 2
    (tmp_path / "access.log.1").write_text(combined() + combined(status=404))
    (tmp_path / "access.log").write_text(combined() + combined(status=500))
    assert counts(collect(tmp_path)) == {ITEM: 4}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 20_000), st.sampled_from(["/api/v1/items/1", "/api/v1/items/2", "/health", "/no"])),
        min_size=2,
        max_size=40,
        unique_by=lambda entry: entry[0],
    ),
    st.integers(1, 39),
)
def test_splitting_a_log_gives_the_same_totals_and_reading_twice_the_same(
    tmp_path: Path, entries: list[tuple[int, str]], cut: int
) -> None:
    lines = [combined(NOW - timedelta(minutes=back), f"GET {path} HTTP/1.1") for back, path in sorted(entries)[::-1]]
    cut = min(cut, len(lines) - 1)
    for name, files in {
        "whole": {"access.log": "".join(lines).encode()},
        "split": {
            "access.log.1.gz": gzip.compress("".join(lines[:cut]).encode()),
            "access.log": "".join(lines[cut:]).encode(),
        },
    }.items():
        shutil.rmtree(tmp_path / name, ignore_errors=True)
        (tmp_path / name).mkdir()
        for file, content in files.items():
            (tmp_path / name / file).write_bytes(content)
    whole, split = collect(tmp_path / "whole"), collect(tmp_path / "split")
    assert totals(whole) == totals(split)
    assert whole.watched == split.watched
    assert collect(tmp_path / "split") == split


def test_missing_damaged_and_empty_files_are_problems(tmp_path: Path) -> None:
    assert "no file matches" in str(collect(tmp_path).problem)
    (tmp_path / "access.log").write_text("")
    assert "no evidence" in str(collect(tmp_path).problem)
    (tmp_path / "access.log").write_text(combined())
    noise = "".join(combined(NOW - timedelta(minutes=n), f"GET /api/v1/items/{n * n} HTTP/1.1") for n in range(9000))
    whole = gzip.compress(noise.encode())
    (tmp_path / "access.log.2.gz").write_bytes(whole[: len(whole) // 2])
    found = collect(tmp_path)
    assert found.problem is not None and "access.log.2.gz" in found.problem and "damaged" in found.problem
    assert found.watched == () and counts(found) == {ITEM: 1}, "what could be read still proves use"
    (tmp_path / "access.log.2.gz").write_bytes(b"\x1f\x8bnot gzip at all")
    found = collect(tmp_path)
    assert found.problem is not None and "access.log.2.gz" in found.problem


def test_gzip_is_known_by_its_content_and_names_may_be_strange(tmp_path: Path) -> None:
    (tmp_path / "access.log.1").write_bytes(gzip.compress(combined(NOW - timedelta(hours=1)).encode()))
    (tmp_path / "access.log [we'ird]*.gz").write_text(combined())
    assert counts(collect(tmp_path)) == {ITEM: 2}


def test_without_a_route_table_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(combined())
    found = LogFiles(SourceConfig(name="edge", kind="access_log", path="access.log"), tmp_path, ()).collect(WINDOW)
    assert found.problem is not None and "no route is known" in found.problem


EPOCH = NOW.timestamp()


@pytest.mark.parametrize(
    "fields",
    [
        {"method": "GET", "path": "/api/v1/items/1", "status": 200, "timestamp": NOW.isoformat()},
        {"method": "GET", "url": "https://shop.example/api/v1/items/1?a=b", "statusCode": 200, "time": EPOCH},
        {"method": "GET", "uri": "/api/v1/items/1", "status": "200", "ts": int(EPOCH * 1000)},
        {"request": "GET /api/v1/items/1 HTTP/1.1", "status": "200", "time_iso8601": "2026-11-21T18:00:00+10:00"},
        {"request_method": "GET", "request_uri": "/api/v1/items/1", "status": "200", "msec": f"{EPOCH:.3f}"},
        {"request": {"method": "GET", "uri": "/api/v1/items/1"}, "status": 200, "ts": EPOCH},
        {
            "http.method": "GET",
            "http.target": "/api/v1/items/1",
            "http.status_code": 200,
            "@timestamp": "2026-11-21T08:00:00.000Z",
        },
        {
            "httpRequest": {"requestMethod": "GET", "requestUrl": "https://h/api/v1/items/1", "status": 200},
            "timestamp": "2026-11-21T08:00:00.123456789Z",
        },
        {"method": "GET", "path": "/api/v1/items/1", "status": 200, "time_local": "21/Nov/2026:08:00:00 +0000"},
    ],
)
def test_json_fields_are_found_under_their_usual_names(tmp_path: Path, fields: dict[str, Any]) -> None:
    (tmp_path / "app.jsonl").write_text('{"level": "info", "msg": "started"}\n' + json.dumps(fields) + "\n")
    found = collect(tmp_path, "app.jsonl", "json_log")
    assert found.problem is None and not found.only_for_use
    (sample,) = found.samples
    assert (sample.key, sample.count, sample.by_status, sample.last_seen) == (ITEM, 1, {"2xx": 1}, NOW)


def test_configured_json_fields_win(tmp_path: Path) -> None:
    row = {"method": "wrong", "m": {"verb's": "GET"}, "where": "/health", "code": 200, "at": EPOCH}
    (tmp_path / "app.jsonl").write_text(json.dumps(row) + "\n")
    fields = {"method": "m.verb's", "path": "where", "status": "code", "timestamp": "at"}
    assert counts(collect(tmp_path, "app.jsonl", "json_log", fields=fields)) == {"GET /health": 1}


def test_json_times_without_a_zone_prove_use_only(tmp_path: Path) -> None:
    row = {"method": "GET", "path": "/health", "status": 200, "asctime": "2026-11-21 03:24:21,596"}
    (tmp_path / "app.jsonl").write_text(json.dumps(row) + "\n")
    found = collect(tmp_path, "app.jsonl", "json_log")
    assert found.problem is None and found.only_for_use and counts(found) == {"GET /health": 1}


def test_bad_json_lines_are_counted(tmp_path: Path) -> None:
    row = {"method": "GET", "path": "/health", "status": 200, "ts": EPOCH}
    good = json.dumps(row) + "\n"
    strange = [
        good[:30] + "\n", "[1]\n", "null\n", "plain text\n", json.dumps(row | {"ts": "yesterday"}) + "\n",
        json.dumps(row | {"ts": 1e300}) + "\n", json.dumps(row | {"method": None}) + "\n",
        '{"a":' * 3000 + "1" + "}" * 3000 + "\n",
    ]  # fmt: skip
    (tmp_path / "app.jsonl").write_text("\ufeff" + good * 400 + "".join(strange) + "\0\0" + good)
    found = collect(tmp_path, "app.jsonl", "json_log")
    assert found.problem is None and counts(found) == {"GET /health": 401}
    assert any(note.startswith(("3 lines cannot be read", "4 lines cannot be read")) for note in found.notes)


def test_nothing_is_written_beside_the_logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "access.log").write_text(combined())
    collect(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["access.log"]
