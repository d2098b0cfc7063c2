"""Files of statistics: read strictly, each route and day once, what cannot be added up said and not guessed."""

import json
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import AuditorError, ConfigError, EvidenceError
from auditor.model.usage import Collection, UsageSample
from auditor.usage.imports import forms, uses

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ROUTES = ("POST /api/v1/pam/chat", "GET /api/v1/users/{id:int}", "GET /api/v1/users/me")
DAY = {"kind": "component", "key": "invoice-export", "day": "2026-11-20", "count": 12}
METRIC = {
    "id": "ckx1", "agentId": "summarise", "date": "2026-11-20T00:00:00.000Z", "hour": 14, "totalExecutions": 10,
    "successfulExecutions": 7, "failedExecutions": 2, "timeoutExecutions": 1, "errorExecutions": 0,
    "avgDuration": 812.5, "p95Duration": 2000, "uniqueUsers": 3, "totalCreditsConsumed": 25,
    "errorCounts": {"RATE_LIMIT": 2}, "createdAt": "2026-11-20T15:00:00Z",
}  # fmt: skip


def imported(document: object, routes: tuple[str, ...] = ROUTES) -> Collection:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return uses.collection(forms.statistics(content, "stats.json", NOW), "import", routes)


def days(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"format_version": 1, "source": "billing", "days": list(rows), **more}


def complaint(document: object, kind: type[AuditorError] = ConfigError) -> str:
    with pytest.raises(kind) as caught:
        imported(document)
    text = str(caught.value)
    assert text.startswith("stats.json: ")
    assert "\n" not in text
    return text


def only(collection: Collection) -> UsageSample:
    (sample,) = collection.samples
    return sample


def test_a_stats_endpoints_answer_becomes_totals_of_routes() -> None:
    given = imported({
        "period_days": 14, "endpoints_used": 2, "generated_at": "2026-11-21T02:00:00.000000",
        "stats": {
            "POST:/api/v1/pam/chat": {"calls": 812, "last_used": "2026-11-20T22:14:03.120000"},
            "GET:/api/v1/users/42": {"calls": 1, "last_used": "2026-11-09T03:00:01.004000"},
            "GET:/api/v1/users/43": {"calls": 2, "last_used": "2026-11-10T03:00:01Z"},
            "GET:/wp-admin": {"calls": 4, "last_used": None},
            "GET:/api/v1/users/me": {"calls": 0, "last_used": None},
        },
    })  # fmt: skip
    assert {(total.key, total.count, total.period_days) for total in given.totals} == {
        ("POST /api/v1/pam/chat", 812, 14), ("GET /api/v1/users/{id:int}", 3, 14), ("(unmatched)", 4, 14),
    }  # fmt: skip
    assert {total.key: total.last_seen for total in given.totals}["GET /api/v1/users/{id:int}"] == datetime(
        2026, 11, 10, 3, 0, 1, tzinfo=UTC
    )
    assert given.only_for_use
    assert not given.watched
    assert not given.samples
    notes = " ".join(given.notes)
    assert "3 times have no zone and were read as UTC" in notes
    assert "1 of its paths match no route" in notes
    assert b"wp-admin" not in msgspec.json.encode(given)
    assert b"users/42" not in msgspec.json.encode(given)


@pytest.mark.parametrize(
    "document",
    [
        {"error": "Redis not available"},
        {"error": "Redis not available", "stats": {"GET:/x": {"calls": 1}}},
        {"refusal": "nothing is known", "stats": {}},
        {"period_days": 14, "endpoints_used": 0, "stats": {}, "generated_at": "2026-11-21T02:00:00.000000"},
        {"stats": {"GET:/api/v1/users/1": {"calls": 0}}, "generated_at": "2026-11-21T02:00:00Z"},
        {"format_version": 1, "days": []},
        {"format_version": 1, "days": [{**DAY, "count": 0}]},
        [{**METRIC, "totalExecutions": 0, "successfulExecutions": 0, "failedExecutions": 0, "timeoutExecutions": 0}],
        [],
        b"",
        b"  \n",
    ],
)
def test_what_counts_nothing_is_no_evidence(document: object) -> None:
    assert "evidence" in (text := complaint(document, EvidenceError)) or "error instead of statistics" in text


def test_a_day_with_all_that_can_be_told() -> None:
    given = imported(days(
        {**DAY, "errors": 3, "succeeded": 9, "timed_out": 1, "errors_by_code": {"quota": 2}, "cost": 0.25,
         "last_seen": "2026-11-20T22:14:03", "durations_ms": {"mean": 12.5, "p95": 80}, "users": 4},
        {"kind": "endpoint", "key": "GET /api/v1/users/7", "day": "2026-11-19", "count": 5,
         "by_status": {"200": 3, "405": 1, "5xx": 1}},
    ))  # fmt: skip
    component, endpoint = sorted(given.samples, key=lambda sample: sample.kind)
    assert (component.key, component.day, component.count, component.errors) == (
        "invoice-export", date(2026, 11, 20), 12, 3,
    )  # fmt: skip
    assert (component.succeeded, component.timed_out, component.errors_by_code) == (9, 1, {"quota": 2})
    assert (component.cost, component.costed) == (250_000, 12)
    assert component.last_seen == datetime(2026, 11, 20, 22, 14, 3, tzinfo=UTC)
    assert component.origin == "billing"
    assert component.durations is None
    assert component.users == b""
    assert (endpoint.key, endpoint.by_status) == ("GET /api/v1/users/{id:int}", {"2xx": 3, "405": 1, "5xx": 1})
    notes = " ".join(given.notes)
    assert "durations of 1 rows were left out" in notes
    assert "numbers of users of 1 rows were left out" in notes
    assert "1 times have no zone" in notes
    assert (given.window.start.date(), given.window.end.date()) == (date(2026, 11, 19), date(2026, 11, 21))


def test_hours_add_up_to_their_day_and_a_day_that_says_more_stands() -> None:
    hours = [{**DAY, "hour": hour, "count": hour + 1, "errors_by_code": {"a": 1}} for hour in (3, 9)]
    sample = only(imported(days(*hours)))
    assert (sample.count, {hour: use.count for hour, use in sample.hours.items()}) == (14, {3: 4, 9: 10})
    assert sample.errors_by_code == {"a": 2}
    assert only(imported(days(*hours, {**DAY, "count": 20}))).count == 20
    assert only(imported(days(*hours, {**DAY, "count": 2}))).count == 14


def test_paths_of_one_route_add_up_by_day_and_hour() -> None:
    rows = [
        {"kind": "endpoint", "key": f"GET:/api/v1/users/{n}", "day": "2026-11-20", "hour": 5, "count": n}
        for n in (1, 2, 3)
    ]
    sample = only(imported(days(*rows)))
    assert (sample.key, sample.count, sample.hours[5].count) == ("GET /api/v1/users/{id:int}", 6, 6)


def test_a_template_is_matched_whatever_its_parameters_are_called() -> None:
    row = {**DAY, "kind": "endpoint", "key": "GET:/api/v1/users/{user_id}"}
    assert only(imported(days(row))).key == "GET /api/v1/users/{id:int}"


def test_without_a_route_paths_cannot_be_imported_but_names_can() -> None:
    with pytest.raises(ConfigError, match="no route is known"):
        imported(days({**DAY, "kind": "endpoint", "key": "GET /x"}), routes=())
    assert only(imported(days(DAY), routes=())).count == 12


@pytest.mark.parametrize(
    "content",
    [
        json.dumps([METRIC]).encode(),
        json.dumps(METRIC).encode(),
        b"\xef\xbb\xbf" + json.dumps(METRIC).encode() + b"\n" + json.dumps({**METRIC, "hour": 15}).encode() + b"\n",
    ],
)
def test_agents_metrics_as_a_list_a_row_or_lines(content: bytes) -> None:
    given = imported(content, routes=())
    sample = only(given)
    hour = sample.hours[14]
    assert (sample.kind, sample.key, sample.day) == ("component", "summarise", date(2026, 11, 20))
    assert (hour.count, hour.succeeded, hour.errors, hour.timed_out) == (10, 7, 3, 1)
    assert (hour.errors_by_code, hour.cost, hour.costed) == ({"RATE_LIMIT": 2}, 25_000_000, 10)
    assert sample.last_seen is None, "when a row was written is not when an agent ran"
    assert any("durations of" in note for note in given.notes)
    assert any("numbers of users" in note for note in given.notes)


def test_time_outs_that_are_among_the_failures_count_once() -> None:
    sample = only(imported([{**METRIC, "hour": None, "failedExecutions": 3, "timeoutExecutions": 2}], routes=()))
    assert (sample.count, sample.succeeded, sample.errors, sample.timed_out) == (10, 7, 3, 2)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"count": -1}, "count is '-1'; write a whole number"),
        ({"count": 1.5}, "count is '1.5'"),
        ({"count": True}, "count is 'True'"),
        ({"count": "12"}, "count is '12'"),
        ({"count": 2**60}, "count is"),
        ({"count": None, "errors": 1}, "add up to 1, more than the count 0"),
        ({"kind": "endpoints"}, "kind is 'endpoints'; known are endpoint, component"),
        ({"kind": ["a"]}, "kind is"),
        ({"key": ""}, "its name is missing"),
        ({"key": 7}, "its name is missing"),
        ({"key": "x" * 300}, "its name is no component's"),
        ({"key": "a\nb"}, "its name is no component's"),
        ({"day": "20.11.2026"}, "day is '20.11.2026'; write it as in 2026-11-20"),
        ({"day": None}, "day is missing"),
        ({"day": "2026-11-31"}, "day is '2026-11-31'"),
        ({"day": "2027-01-01"}, "which is yet to come"),
        ({"day": "0001-01-01"}, "day is 0001-01-01; write a day of this era"),
        ({"day": 20261120}, "day is"),
        ({"hour": 24}, "hour is '24'; write a whole number from 0 to 23"),
        ({"errors": 13}, "add up to 13, more than the count 12"),
        ({"errors": 4, "succeeded": 9}, "succeeded and errors add up to 13"),
        ({"errors": 1, "timed_out": 2}, "timed_out is 2, more than the errors 1"),
        ({"by_status": {"2xx": 13}}, "by_status add up to 13"),
        ({"by_status": {"undated": 1}}, "by_status has the status 'undated'"),
        ({"by_status": ["2xx"]}, "write an object of counts"),
        ({"errors_by_code": {"x": -1}}, "errors_by_code.x is '-1'"),
        ({"errors_by_code": {"a\x1b[2J": 1}}, "errors_by_code has the code"),
        ({"cost": "free"}, "cost is 'free'; write a number"),
        ({"cost": 1e300}, "cost is"),
        ({"last_seen": "yesterday"}, "last_seen is 'yesterday'; write it as in 2026"),
        ({"last_seen": "2026-11-19T10:00:00Z"}, "last_seen is not on 2026-11-20"),
        ({"cuont": 3}, "there is no field 'cuont'"),
    ],
)
def test_a_wrong_row_is_an_error_that_names_it(row: dict[str, Any], said: str) -> None:
    text = complaint(days(DAY, {**DAY, "key": "other", **row}))
    assert "row 2 " in text
    assert said in text
    assert text.endswith("nothing was imported")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"totalExecutions": None}, "totalExecutions is missing"),
        ({"totalExecutions": 3}, "succeeded and errors add up"),
        ({"date": 1_700_000_000}, "date is '1700000000'"),
        ({"agentId": None}, "its name is missing"),
        ({"errorCounts": "many"}, "errorCounts is 'many'"),
    ],
)
def test_a_wrong_row_of_metrics_is_an_error_that_names_it(row: dict[str, Any], said: str) -> None:
    text = complaint([METRIC, {**METRIC, "hour": 3, **row}])
    assert "row 2 " in text
    assert said in text


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b"\x89PNG\r\n", "it is no JSON"),
        (b'{"a": 1}\n{"b": ', "line 2 is no JSON"),
        (b"[" * 100_000, "it is no JSON"),
        ({"endpoints": {}}, "its form is not known"),
        ([{"agent": "x"}], "its form is not known"),
        ("stats", "its form is not known"),
        (days(DAY, format_version=2), "format_version is '2'; this auditor reads 1"),
        (days(DAY, source="x\n"), "source is"),
        ({"format_version": 1, "days": {}}, '"days" is no list'),
        ({"format_version": 1, "days": [7]}, "row 1 is no object"),
        ({"stats": {"GET:/x": {"calls": 1}}}, "generated_at"),
        ({"stats": {"GET:/x": {"calls": 1}}, "generated_at": "2027-01-01T00:00:00Z"}, "yet to come"),
        ({"stats": {"GET:/x": {"calls": 1}}, "period_days": 0, "generated_at": "2026-11-20T00:00:00Z"}, "period_days"),
        ({"stats": {"GET:/x": {}}, "generated_at": "2026-11-20T00:00:00Z"}, "stats (GET:/x): calls is missing"),
        ({"stats": {"GET:/x": {"calls": "9"}}, "generated_at": "2026-11-20T00:00:00Z"}, "calls is '9'"),
        (
            {
                "stats": {"GET:/x": {"calls": 1, "last_used": "2026-11-21T10:00:00Z"}},
                "generated_at": "2026-11-01T00:00Z",
            },
            "last_used is later than generated_at",
        ),
    ],
)
def test_a_wrong_file_is_an_error_that_says_what_would_be_right(document: object, said: str) -> None:
    assert said in complaint(document)


def test_a_day_of_a_key_twice_is_refused_and_both_rows_are_named() -> None:
    text = complaint(days(DAY, {**DAY, "key": "other"}, {**DAY, "count": 3}))
    assert "row 3 (invoice-export): 2026-11-20 is in row 1 as well" in text


def test_nobodys_address_and_no_sentence_is_imported() -> None:
    codes = {"timeout": 3, "carol said no": 2, "carol@example.org": 1, "550e8400-e29b-41d4-a716-446655440000": 1}
    assert only(imported(days({**DAY, "errors_by_code": codes}))).errors_by_code == {"timeout": 3, "(other)": 4}
    for name in ("carol@example.org", "10.1.2.3", "550e8400-e29b-41d4-a716-446655440000"):
        assert "an id or an address" in complaint(days({**DAY, "key": name}))


def test_codes_beyond_the_most_frequent_are_counted_together() -> None:
    codes = {f"code-{n:03}": n + 1 for n in range(80)}
    sample = only(imported(days({**DAY, "errors_by_code": codes})))
    assert len(sample.errors_by_code) == 51
    assert sum(sample.errors_by_code.values()) == sum(codes.values())
    assert sample.errors_by_code["code-079"] == 80


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
    | st.sampled_from(["2026-11-20", "2026-11-20T01:02:03", "9999-12-31T23:59:59-12:00", "GET /x", "\x1b[2J"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
WHOLE = (
    days({**DAY, "hour": 3, "errors": 1, "by_status": {"2xx": 1}, "errors_by_code": {"x": 1}, "cost": 1, "users": 2}),
    [METRIC],
    {"period_days": 14, "generated_at": "2026-11-21T02:00:00Z", "stats": {"GET:/x": {"calls": 1, "last_used": None}}},
)


@given(st.sampled_from(WHOLE), VALUES, st.randoms(use_true_random=False))
def test_whatever_stands_in_a_file_is_read_or_refused_in_one_line(whole: Any, value: Any, chance: Random) -> None:
    document = json.loads(json.dumps(whole))
    place: Any = document
    parts: list[Any] = []
    while isinstance(place, dict | list) and place:
        name = chance.choice(sorted(place)) if isinstance(place, dict) else chance.randrange(len(place))
        parts.append((place, name))
        place = place[name]
    holder, name = chance.choice(parts)
    holder[name] = value
    try:
        told = imported(document)
    except AuditorError as error:
        assert str(error).startswith("stats.json: ")
        assert "\n" not in str(error)
        assert "\x1b" not in str(error)
    else:
        assert all(sample.count > 0 for sample in told.samples)
        assert all(total.count > 0 for total in told.totals)
        assert told.only_for_use
