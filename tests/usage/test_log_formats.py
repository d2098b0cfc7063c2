"""Each format of a log: what its lines say, what they prove, and what is refused with the mend."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.config import SourceConfig
from auditor.model.usage import Collection, UsageSample
from auditor.model.window import Window
from auditor.tracking import layout
from auditor.usage.logs.source import LogFiles

SAMPLES = Path(__file__).parent / "samples"
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
WINDOW = Window.last_days(14, NOW)
DAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 6, 30, 5, tzinfo=UTC)
KEYS = (
    "GET /api/v1/items/{item_id}", "POST /api/v1/items/{item_id}", "GET /health", "GET /api/v2/items/{item_id}",
    "GET /files/{path:path}",
)  # fmt: skip
ITEM = KEYS[0]


def collect(root: Path, glob: str, kind: str = "access_log", **options: Any) -> Collection:
    source = SourceConfig(name="edge", kind=kind, path=glob, **options)  # type: ignore[arg-type]
    return LogFiles(source, root, KEYS).collect(WINDOW)


def one(found: Collection) -> UsageSample:
    assert found.problem is None, found.problem
    (sample,) = found.samples
    return sample


ALB = (
    "https 2026-11-20T06:30:05.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.086 "
    '0.048 0.037 200 200 0 57 "GET https://www.example.com:443/api/v1/items/42?p=1 HTTP/1.1" "curl/7.46.0" '
    "ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my/73e2 "
    '"Root=1-58337281-1d84f3d73c47ec4e58577259" "www.example.com" "arn:aws:acm:us-east-2:123456789012:certificate/1" '
    '1 2026-11-20T06:30:05.022Z "authenticate,forward" "-" "-" "10.0.0.1:80" "200" "-" "-"\n'
)
CLOUDFRONT = (
    "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status "
    "cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol "
    "cs-bytes time-taken\n"
    "2026-11-19\t06:30:05\tLAX1\t2390282\t192.0.2.202\tGET\tq.cloudfront.net\t/api/v1/items/42\t200\twww.example.com\t"
    "Mozilla/4.0%20(compatible)\tp=1\t-\tHit\tabc==\texample.com\thttps\t100\t0.048\n"
)
HEROKU = (
    '2026-11-20T06:30:05.123456+00:00 heroku[router]: at=info method=GET path="/api/v1/items/42?p=1" '
    'host=shop.herokuapp.com request_id=8601b555 fwd="204.204.204.204" dyno=web.1 connect=1ms service=48ms status=200 '
    "bytes=13 protocol=https\n"
)
TRAEFIK_COMMON = (
    '10.0.0.1 - - [20/Nov/2026:06:30:05 +0000] "GET /api/v1/items/42?p=1 HTTP/2.0" 200 5 "-" "curl/8" 17 "shop@docker" '
    '"http://10.0.0.2:8000" 48ms\n'
)
CADDY = {
    "level": "info", "ts": 1795156205.186641, "logger": "http.log.access.log0", "msg": "handled request",
    "request": {
        "remote_ip": "127.0.0.1", "client_ip": "127.0.0.1", "proto": "HTTP/2.0", "method": "GET", "host": "localhost",
        "uri": "/api/v1/items/42?p=1", "headers": {"User-Agent": ["curl/7.82.0"]},
    },
    "bytes_read": 0, "user_id": "alice", "duration": 0.048, "size": 10900, "status": 200,
}  # fmt: skip
TRAEFIK = {
    "ClientAddr": "10.0.0.1:5000", "ClientUsername": "alice", "DownstreamStatus": 200, "Duration": 48000000,
    "OriginStatus": 200, "RequestMethod": "GET", "RequestPath": "/api/v1/items/42?p=1", "RouterName": "shop@docker",
    "StartUTC": "2026-11-20T06:30:05.186641129Z", "level": "info", "msg": "", "time": "2026-11-20T07:30:05+01:00",
}  # fmt: skip
CLOUDFLARE = {
    "ClientIP": "198.51.100.7", "ClientRequestHost": "shop.example", "ClientRequestMethod": "GET",
    "ClientRequestURI": "/api/v1/items/42?p=1", "EdgeResponseStatus": 200, "OriginResponseDurationMs": 48,
    "EdgeStartTimestamp": "2026-11-20T06:30:05Z", "RayID": "48b371889c489b2c",
}  # fmt: skip


@pytest.mark.parametrize(
    ("line", "options"),
    [
        (ALB, {"format": "alb"}),
        (CLOUDFRONT, {"format": "cloudfront"}),
        (HEROKU, {"format": "heroku"}),
        ("83 <158>1 " + HEROKU.replace("heroku[router]:", "host heroku router -"), {"format": "heroku"}),
        (TRAEFIK_COMMON, {"format": "traefik"}),
        (json.dumps(TRAEFIK), {"format": "traefik"}),
        (json.dumps(CADDY), {"format": "caddy"}),
        (json.dumps(CLOUDFLARE), {"format": "cloudflare"}),
        (json.dumps(CLOUDFLARE | {"EdgeStartTimestamp": 1795156205}), {"format": "cloudflare"}),
        (json.dumps(CLOUDFLARE | {"EdgeStartTimestamp": 1795156205000000000}), {"format": "cloudflare"}),
        (json.dumps(TRAEFIK), {"kind": "json_log"}),
        (json.dumps(CADDY), {"kind": "json_log"}),
        (json.dumps(CLOUDFLARE), {"kind": "json_log"}),
        (
            "x 2026-11-20T06:30:05 | GET | /api/v1/items/42 | 200 | 0.048\n",
            {
                "format": "regex", "duration_unit": "s", "timezone": "UTC",
                "pattern": r"^(\S+) (?P<timestamp>\S+) \| (?P<method>\w+) \| (?P<path>\S+) \| (?P<status>\d+)"
                r" \| (?P<duration>\S+)$",
            },
        ),
    ],
)  # fmt: skip
def test_a_formats_line_gives_route_status_time_and_duration(
    tmp_path: Path, line: str, options: dict[str, Any]
) -> None:
    (tmp_path / "log").write_text(line if line.endswith("\n") else line + "\n")
    found = collect(tmp_path, "log", **options)
    sample = one(found)
    day = DAY - timedelta(days=1) if line.startswith("#") else DAY
    assert (sample.key, sample.day, sample.count, sample.by_status) == (ITEM, day, 1, {"2xx": 1})
    assert sample.last_seen == AT.replace(day=day.day) == sample.first_seen
    assert sample.hours.keys() == {6} and sample.hours[6].count == 1
    assert sample.durations is not None and sample.durations.total == 48_000
    assert list(sample.durations.buckets) == [layout.duration_bucket(0.048)]
    assert not found.only_for_use and [(one.day, one.minutes) for one in found.watched] == [(day, 1)]


def test_statuses_outcomes_and_hours_are_told_apart(tmp_path: Path) -> None:
    lines = [
        json.dumps(CADDY | {"status": status, "ts": CADDY["ts"] + hour * 3600})  # type: ignore[operator]
        for hour, status in enumerate((200, 302, 404, 405, 500, 503, 504, 504))
    ]
    (tmp_path / "log").write_text("\n".join(lines) + "\n")
    sample = one(collect(tmp_path, "log", format="caddy"))
    assert sample.by_status == {"2xx": 1, "3xx": 1, "405": 1, "4xx": 1, "5xx": 4}
    assert (sample.count, sample.errors, sample.succeeded, sample.timed_out) == (8, 4, 2, 2)
    assert sample.errors_by_code == {"500": 1, "503": 1, "504": 2}
    assert {hour: (use.count, use.errors) for hour, use in sample.hours.items()} == {
        hour: (1, int(hour >= 10)) for hour in range(6, 14)
    }


def test_common_and_vhost_lines_are_read_as_combined_is(tmp_path: Path) -> None:
    common = '10.0.0.1 - - [20/Nov/2026:06:30:05 +0000] "GET /health HTTP/1.1" 200 8'
    combined = f'{common} "-" "we\\"ird [x] agent"'
    (tmp_path / "log").write_text(f"{common}\n{combined}\nshop.example:443 {common}\nshop.example:443 {combined}\n")
    assert one(collect(tmp_path, "log")).count == 4


def test_uvicorn_lines_with_a_time_need_their_zone(tmp_path: Path) -> None:
    found = collect(SAMPLES, "uvicorn-asctime.log", format="uvicorn", timezone="Europe/Berlin")
    assert [(sample.key, sample.count) for sample in found.samples] == [(ITEM, 1), (KEYS[1], 1)]
    assert found.samples[0].last_seen == datetime(2026, 11, 21, 2, 24, 13, tzinfo=UTC) and not found.only_for_use
    found = collect(SAMPLES, "uvicorn-asctime.log", format="uvicorn")
    assert found.only_for_use and any('timezone = "Europe/Berlin"' in note for note in found.notes)
    found = collect(SAMPLES, "uvicorn.log", format="uvicorn")
    assert found.problem is not None and "%(asctime)s" in found.problem


def test_djangos_server_has_no_zone_either() -> None:
    found = collect(SAMPLES, "django.log", format="django", timezone="UTC")
    assert found.samples and not found.only_for_use and found.watched
    assert {sample.key for sample in found.samples} <= {ITEM, layout.UNMATCHED}
    assert collect(SAMPLES, "django.log", format="django").only_for_use


def test_gunicorns_error_log_may_be_mixed_into_its_access_log() -> None:
    found = collect(SAMPLES, "gunicorn.log", format="gunicorn")
    assert one(found).key == ITEM and not found.only_for_use


def test_times_of_all_forms_in_one_log_mean_the_same_moment_or_are_told(tmp_path: Path) -> None:
    row = {"method": "GET", "path": "/health", "status": 200}
    texts = ["2026-11-20T06:30:05Z", "2026-11-20 06:30:05.186+00:00", "2026-11-20T06:30:05.186641129Z"]
    texts += ["2026-11-20T01:00:05.1-05:30", "2026-11-20T07:30:05+01:00", "2026-11-20T07:30:05,5+01:00"]
    texts += [" 2026-11-20T06:30:05Z ", "20/Nov/2026:06:30:05 +0000", "2026-11-20T08:30:05+0200"]
    seconds = int(AT.timestamp())
    times: list[object] = [*texts, seconds, float(seconds), f"{seconds}.9", seconds * 1000, seconds * 10**9]
    wrong = ["2026-11-20T06:61:05Z", "2026-11-20T06:30:05+01:00x", "2026-13-20T06:30:05Z", 7, -1, "inf", "-inf", "nan"]
    lines = [json.dumps(row | {"time": time}) for time in (*times, *wrong)]
    (tmp_path / "log").write_text("\n".join(lines) + "\n")
    found = collect(tmp_path, "log", "json_log")
    sample = one(found)
    assert (sample.count, sample.first_seen, sample.last_seen) == (len(times), AT, AT)
    assert any(note.startswith(f"{len(wrong)} lines cannot be read") for note in found.notes)


def test_an_hour_that_the_clock_shows_twice_counts_and_is_not_watched(tmp_path: Path) -> None:
    pattern = r"^(?P<timestamp>\S+ \S+) (?P<method>\S+) (?P<path>\S+)$"
    lines = [
        "2026-10-25 01:59:59",
        "2026-10-25 02:30:00",
        "2026-10-25 03:00:00",
        "2026-03-29 02:30:00",
        "2026-07-01 00:30:00",
    ]
    (tmp_path / "log").write_text("".join(f"{line} GET /health\n" for line in lines))
    source = SourceConfig(
        name="x", kind="access_log", path="log", format="regex", pattern=pattern, timezone="Europe/Berlin"
    )
    found = LogFiles(source, tmp_path, KEYS).collect(Window.last_days(14, datetime(2026, 10, 26, tzinfo=UTC)))
    assert found.problem is None and found.samples[0].first_seen == datetime(2026, 10, 24, 23, 59, 59, tzinfo=UTC)
    counted = {one.day: one.count for one in found.samples}
    assert counted == {date(2026, 10, 24): 1, date(2026, 10, 25): 2}
    assert [(day.day, day.minutes) for day in found.watched] == [(date(2026, 10, 24), 1), (date(2026, 10, 25), 1)]
    assert any("showed twice" in note for note in found.notes)


def test_a_lines_own_offset_wins_over_the_configured_zone(tmp_path: Path) -> None:
    row = {"method": "GET", "path": "/health", "status": 200, "time": "2026-11-20T23:30:00-05:00"}
    (tmp_path / "log").write_text(json.dumps(row) + "\n")
    assert one(collect(tmp_path, "log", "json_log", timezone="Asia/Tokyo")).day == date(2026, 11, 21)


@pytest.mark.parametrize(
    "lines",
    [
        [CLOUDFLARE | {"SampleInterval": 10}],
        [CLOUDFLARE, CLOUDFLARE | {"SampleInterval": 2}],
    ],
)
def test_sampled_lines_prove_use_only(tmp_path: Path, lines: list[dict[str, Any]]) -> None:
    (tmp_path / "log").write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = collect(tmp_path, "log", format="cloudflare")
    assert found.only_for_use and one(found).count == len(lines)
    (tmp_path / "log").write_text(json.dumps(CLOUDFLARE | {"SampleInterval": 1}) + "\n")
    assert not collect(tmp_path, "log", format="cloudflare").only_for_use
    assert collect(tmp_path, "log", format="cloudflare", sampled=True).only_for_use


def test_cloudfront_never_claims_gaps_nor_what_may_still_come(tmp_path: Path) -> None:
    (tmp_path / "log").write_text(CLOUDFRONT + CLOUDFRONT.splitlines()[-1].replace("2026-11-19", "2026-11-21") + "\n")
    found = collect(tmp_path, "log", format="cloudfront")
    assert {sample.day for sample in found.samples} == {date(2026, 11, 19), date(2026, 11, 21)}
    assert [(day.day, day.minutes) for day in found.watched] == [(date(2026, 11, 19), 1)]
    assert found.marks == (), "its minutes have to be read again when they are settled"
    problem = collect(tmp_path, "log", format="cloudfront", complete=True).problem
    assert problem is not None and "complete = True is impossible" in problem


def test_cloudfronts_real_time_logs_are_read_by_their_columns_and_sampled(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("1795156205.186\t192.0.2.1\t0.002\t200\t100\tGET\thttps\tx\t/api/v1/items/42?p=1\n")
    problem = collect(tmp_path, "log", format="cloudfront").problem
    assert problem is not None and "#Fields" in problem and "name the columns" in problem
    fields = {"timestamp": "1", "method": "6", "path": "9", "status": "4"}
    found = collect(tmp_path, "log", format="cloudfront", fields=fields)
    assert found.only_for_use and one(found).key == ITEM
    assert not collect(tmp_path, "log", format="cloudfront", fields=fields, sampled=False).only_for_use


def span(attributes: dict[str, Any], kind: object = 2, **more: Any) -> dict[str, Any]:
    values = [
        {"key": key, "value": {"intValue": value} if isinstance(value, int) else {"stringValue": value}}
        for key, value in attributes.items()
    ]
    times = {"startTimeUnixNano": "1795156205186641129", "endTimeUnixNano": "1795156205234641129"}
    return {"traceId": "5b8e", "spanId": "eee1", "name": "GET", "kind": kind, **times, "attributes": values} | more


def test_server_spans_are_requests_by_the_route_they_name(tmp_path: Path) -> None:
    spans = [
        span({"http.request.method": "GET", "http.route": "/api/v1/items/:id", "http.response.status_code": 200}),
        span(
            {"http.method": "GET", "http.route": "/api/v1/items/<int:pk>", "http.status_code": "500"},
            "SPAN_KIND_SERVER",
        ),
        span({"http.method": "GET", "http.route": "/items/{item_id}", "http.target": "/api/v2/items/7?x=1"}),
        span({"http.method": "GET", "url.full": "https://shop.example/health"}),
        span({"http.method": "GET", "http.route": "/health"}, kind=3),
        span({"db.system": "redis"}, kind=3),
    ]
    line = {
        "resourceSpans": [
            {"resource": {"attributes": []}, "scopeSpans": [{"scope": {}, "spans": spans[:4]}, {"spans": spans[4:]}]}
        ]
    }
    (tmp_path / "log").write_text(json.dumps(line) + "\n")
    found = collect(tmp_path, "log", format="otlp")
    assert found.problem is None and found.only_for_use and any("sampled = false" in note for note in found.notes)
    counts = {sample.key: sample.count for sample in found.samples}
    assert counts == {ITEM: 2, KEYS[3]: 1, "GET /health": 1}
    assert {sample.key: dict(sample.by_status) for sample in found.samples}[ITEM] == {"2xx": 1, "5xx": 1}
    assert found.samples[0].durations is not None and found.samples[0].durations.longest == 48_000
    assert not collect(tmp_path, "log", format="otlp", sampled=False).only_for_use


def test_a_template_beside_a_path_is_believed_only_if_it_serves_it(tmp_path: Path) -> None:
    row = {"method": "GET", "status": 200, "time": "2026-11-20T06:30:05Z"}
    rows = [
        row | {"url": "/api/v1/items/42", "route": "/api/v1/items/:id"},
        row | {"url": "/api/v1/items/42", "route": "/:id"},
        row | {"url": "/files/a/b", "route": "/files/*"},
        row | {"url": "/api/v1/items/42", "route": "items_show"},
        row | {"url": "/nowhere/42", "route": "/api/v1/items/:id"},
    ]
    (tmp_path / "log").write_text("".join(json.dumps(one) + "\n" for one in rows))
    found = collect(tmp_path, "log", "json_log")
    assert {sample.key: sample.count for sample in found.samples} == {ITEM: 3, KEYS[4]: 1, layout.UNMATCHED: 1}


@pytest.mark.parametrize(
    ("row", "micros"),
    [
        ({"request_time": "0.048"}, 48_000),
        ({"responseTime": 48}, 48_000),
        ({"duration": 48}, 48_000),
        ({"duration": "48ms"}, 48_000),
        ({"duration": "0.048s"}, 48_000),
        ({"latency": "48000\u00b5s"}, 48_000),
        ({"duration": -1}, None),
        ({"duration": "soon"}, None),
        ({"duration": 1e30}, None),
        ({}, None),
    ],
)
def test_durations_are_read_by_their_unit_or_not_at_all(
    tmp_path: Path, row: dict[str, Any], micros: int | None
) -> None:
    plain = {"method": "GET", "path": "/health", "status": 200, "time": "2026-11-20T06:30:05Z"}
    (tmp_path / "log").write_text(json.dumps(plain | row) + "\n", encoding="utf-8")
    sample = one(collect(tmp_path, "log", "json_log"))
    assert sample.count == 1 and (sample.durations.total if sample.durations else None) == micros


def test_json_requests_under_names_that_come_late_make_the_log_doubtful(tmp_path: Path) -> None:
    row = {"method": "GET", "path": "/health", "status": 200, "time": "2026-11-20T06:30:05Z"}
    other = {"m": "GET", "where": "/health", "time": "2026-11-20T06:30:05Z"}
    (tmp_path / "log").write_text((json.dumps(row) + "\n") * 50 + (json.dumps(other) + "\n") * 50)
    found = collect(tmp_path, "log", "json_log")
    assert found.only_for_use and one(found).count == 50


def test_heroku_lines_of_the_application_are_left_out(tmp_path: Path) -> None:
    noise = "2026-11-20T06:30:05+00:00 app[web.1]: GET /health method=GET path=/health status=200\n"
    torn = HEROKU.partition("dyno=")[0] + "\n"
    (tmp_path / "log").write_text(HEROKU * 200 + noise + torn)
    found = collect(tmp_path, "log", format="heroku")
    assert one(found).count == 200 and not found.only_for_use
    assert any(note.startswith("1 lines cannot be read") for note in found.notes)
