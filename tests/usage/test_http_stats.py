"""Statistics fetched from a real HTTP server on loopback, however it behaves."""

import gzip
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from auditor.config import AuditConfig, SourceConfig, UsageConfig
from auditor.model.usage import Collection
from auditor.model.window import Window
from auditor.tracking import layout
from auditor.usage import http_fetch, sources
from auditor.usage.http_fetch import Patience
from auditor.usage.http_stats import http_stats
from tests.redis_deployments import Certificate

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
WINDOW = Window.last_days(14, NOW)
ROUTES = ("GET /users/{id}", "POST /pam/chat", "GET /old")
HASTY = Patience(connect=1.0, read=0.4, total=2.0, tries=3, backoff=0.01, longest_pause=0.5)
SOURCE = SourceConfig(name="stats", kind="http_stats", headers={"Authorization": "env:STATS_TOKEN"})
TOKEN = "Bearer s3cr3t-t0ken"

Answer = Callable[[BaseHTTPRequestHandler], None]


class Endpoint:
    """A server whose answers a test gives; what was asked for is kept."""

    def __init__(self, certificate: Certificate | None = None) -> None:
        self.answers: list[Answer] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                endpoint.asked.append((self.path, dict(self.headers)))
                self.close_connection = True
                with suppress(OSError):  # who asked may have gone
                    (endpoint.answers.pop(0) if len(endpoint.answers) > 1 else endpoint.answers[0])(self)

            def log_message(self, format: str, *args: object) -> None:
                """Keep the test's output clean."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate.certificate, certificate.key)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        scheme = "https" if certificate else "http"
        self.url = f"{scheme}://127.0.0.1:{self._server.server_address[1]}/stats"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    server = Endpoint()
    yield server
    server.close()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)


def body(content: bytes | Any, status: int = 200, **headers: str) -> Answer:
    """Return an answer: JSON of whatever it is, or bytes as they are."""
    sent = content if isinstance(content, bytes) else json.dumps(content).encode()

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(sent)))
        handler.end_headers()
        handler.wfile.write(sent)

    return send


def endless_redirect(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(302)
    handler.send_header("Location", "/api/stats")
    handler.end_headers()
    while True:
        handler.wfile.write(b" " * 100_000)


def stats(found: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return a document in the shape of the sample; `more` replaces or adds, None takes away."""
    calls = {"POST:/pam/chat": {"calls": 812, "last_used": "2026-11-20T22:14:03.120000"}} if found is None else found
    document = {"period_days": 14, "endpoints_used": 1, "stats": calls, "generated_at": "2026-11-21T02:00:00"} | more
    return {name: value for name, value in document.items() if value is not None}


def collect(
    url: str, *, configured: SourceConfig = SOURCE, window: Window = WINDOW, patience: Patience = HASTY,
    root: Path = Path("/"),
) -> Collection:  # fmt: skip
    return http_stats(configured, url, {"STATS_TOKEN": TOKEN}, root, ROUTES, patience).collect(window)


def answered(endpoint: Endpoint, document: Any, **more: Any) -> Collection:
    endpoint.answers = [body(document)]
    return collect(endpoint.url, **more)


# what the answer says


def test_the_answer_gives_rolling_totals_by_route(endpoint: Endpoint) -> None:
    found = answered(
        endpoint,
        stats({
            "POST:/pam/chat": {"calls": 812, "last_used": "2026-11-20T22:14:03.120000", "errors": 3},
            "GET:/users/42": {"calls": 1, "last_used": "2026-11-09T03:00:01.004000"},
            "GET:/users/43": {"calls": 2, "last_used": "2026-11-10T03:00:01+02:00"},
            "GET:/wp-login.php": {"calls": 40, "last_used": None},
        }),
    )  # fmt: skip
    assert found.problem is None and found.only_for_use and found.samples == () and found.watched == ()
    totals = {total.key: total for total in found.totals}
    chat = totals["POST /pam/chat"]
    assert (chat.kind, chat.count, chat.errors, chat.period_days) == ("endpoint", 812, 3, 14)
    assert chat.last_seen == datetime(2026, 11, 20, 22, 14, 3, 120000, tzinfo=UTC)
    assert totals["GET /users/{id}"].count == 3
    assert totals["GET /users/{id}"].last_seen == datetime(2026, 11, 10, 1, 0, 1, tzinfo=UTC)
    assert totals[layout.UNMATCHED].count == 40 and len(totals) == 3
    assert any("have no zone and were read as UTC" in note for note in found.notes)
    assert b"wp-login" not in msgspec.json.encode(found) and b"users/42" not in msgspec.json.encode(found)


def test_what_auditor_serve_answers_is_read_whole(endpoint: Endpoint) -> None:
    row = {"calls": 5, "errors": 1, "last_used": "2026-11-20T00:00:00Z", "by_status": {"failed": 1}}
    document = stats(
        {"GET:/users/{id}": row, "GET:/users/{user}": row}, components={"export": row}, tasks={"shop.mail": row},
        commands={"shop export": row}, functions={"shop.api:get": row}, unmatched=3, watched={"redis": 20160},
        notes=[], refusal=None, generated_at="2026-11-21T07:59:00Z", endpoints_registered=3, collected_since=None,
    )  # fmt: skip
    found = answered(endpoint, document)
    assert {(total.kind, total.key, total.count, total.errors) for total in found.totals} == {
        ("endpoint", "GET /users/{id}", 10, 2), ("component", "export", 5, 1), ("task", "shop.mail", 5, 1),
        ("command", "shop export", 5, 1), ("function", "shop.api:get", 5, 1),
    }  # fmt: skip
    assert found.notes == () and found.problem is None


def test_an_error_with_status_200_is_a_failure(endpoint: Endpoint) -> None:
    found = answered(endpoint, {"error": "Redis not available"})
    assert found.problem == "it answered with an error: Redis not available" and found.totals == ()
    leaky = answered(endpoint, {"error": f"redis://:pw@db:6379 refused {TOKEN} for endpoint_usage:GET:/users/42\n"})
    assert leaky.problem is not None and "refused" in leaky.problem
    assert not any(word in leaky.problem for word in ("pw", "db:6379", "s3cr3t", "users/42", "\n"))


def test_no_call_at_all_is_no_evidence_and_no_zero(endpoint: Endpoint) -> None:
    found = answered(endpoint, stats({}))
    assert found.problem is None and found.totals == () and found.only_for_use
    assert any(note.startswith("no evidence") for note in found.notes)


@pytest.mark.parametrize(
    "document", [b"", b"<html>", b"[1]", b'"x"', b"\xff\xfe", b"[" * 100_000, {"stats": []}, {"period_days": 14}, {}]
)
def test_what_is_no_statistics_is_a_problem(endpoint: Endpoint, document: Any) -> None:
    problem = answered(endpoint, document).problem
    assert problem is not None and "is it the url of a stats endpoint?" in problem


def test_another_period_than_asked_for_is_said_and_counts_as_it_is(endpoint: Endpoint) -> None:
    ninety = Window.last_days(90, NOW)
    found = answered(endpoint, stats(period_days=30), window=ninety)
    assert [total.period_days for total in found.totals] == [30]
    assert any("asked for 90 days and answered for 30" in note for note in found.notes)
    for period in (None, "14", True, 0, -3, 14.5):
        unknown = answered(endpoint, stats(period_days=period))
        assert [total.period_days for total in unknown.totals] == [None]
        assert any("counts of all time" in note for note in unknown.notes)


def test_an_old_answer_is_a_problem_and_its_counts_are_kept(endpoint: Endpoint) -> None:
    old = answered(endpoint, stats(generated_at="2026-11-18T08:00:00"))
    assert old.problem is not None and "3 days ago" in old.problem and old.totals
    assert answered(endpoint, stats(generated_at="2026-11-20T09:00:00")).problem is None
    undated = answered(endpoint, stats(generated_at=None))
    assert undated.problem is None and any("does not say when" in note for note in undated.notes)


def test_entries_that_cannot_be_read_are_left_out_and_counted(endpoint: Endpoint) -> None:
    entries: dict[str, Any] = {
        "GET:/old": {"calls": 4, "errors": 99, "last_used": "yesterday"}, "GET:/users/1": {"calls": "many"},
        "GET:/users/2": {"calls": -1}, "GET:/users/3": {"calls": True}, "GET:/users/4": None, "GET:/users/5": [],
        "GET:/users/6": {"calls": 0}, "POST:/pam/chat": 7, "GET:/users/8": {"calls": 1e300},
    }  # fmt: skip
    found = answered(endpoint, stats(entries, components=[1], tasks={"a\nb": {"calls": 1}, "": {"calls": 1}}))
    assert {total.key: (total.count, total.errors, total.last_seen) for total in found.totals} == {
        "GET /old": (4, 4, None), "POST /pam/chat": (7, 0, None)
    }  # fmt: skip
    assert any(note.startswith("10 of its entries cannot be read") for note in found.notes)


# how it is asked


def test_days_are_asked_for_beside_what_the_url_asks(endpoint: Endpoint) -> None:
    endpoint.answers = [body(stats())]
    collect(f"{endpoint.url}?app=a%26b&days=3&flag=#top", window=Window.last_days(30, NOW))
    collect(endpoint.url, window=Window(NOW - timedelta(hours=30), NOW))
    first, second = (parse_qs(urlsplit(path).query, keep_blank_values=True) for path, _ in endpoint.asked)
    assert first == {"app": ["a&b"], "flag": [""], "days": ["30"]} and second == {"days": ["2"]}


def test_headers_come_from_the_environment_and_netrc_is_not_read(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login other password other\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    endpoint.answers = [body(stats())]
    assert collect(endpoint.url).problem is None
    assert endpoint.asked[0][1]["Authorization"] == TOKEN
    own = msgspec.structs.replace(SOURCE, headers={})
    assert collect(endpoint.url.replace("//", "//user:pw@"), configured=own).problem is None
    assert endpoint.asked[1][1]["Authorization"] == "Basic dXNlcjpwdw=="
    assert collect(endpoint.url.replace("//", "//:pw@"), configured=own).problem is None
    assert endpoint.asked[2][1]["Authorization"] == "Basic OnB3"
    assert collect(endpoint.url, configured=own).problem is None
    assert "Authorization" not in endpoint.asked[3][1]


def test_a_header_without_a_value_or_with_an_impossible_one(endpoint: Endpoint) -> None:
    unset = http_stats(SOURCE, endpoint.url, {}, Path("/"), ROUTES).collect(WINDOW)
    assert unset.problem is not None and "STATS_TOKEN is not set" in unset.problem
    for value in ("Bearer\nx: s3cret", "s3cret\u2603"):
        found = http_stats(SOURCE, endpoint.url, {"STATS_TOKEN": value}, Path("/"), ROUTES, HASTY).collect(WINDOW)
        assert found.problem is not None and "s3cret" not in found.problem and not endpoint.asked


def test_a_proxy_of_the_environment_is_used(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", endpoint.url.removesuffix("/stats"))
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    endpoint.answers = [body(stats())]
    assert collect("http://stats.example/stats").problem is None
    assert endpoint.asked[0][0].startswith("http://stats.example/stats?")


def test_a_compressed_answer_is_read(endpoint: Endpoint) -> None:
    endpoint.answers = [body(gzip.compress(json.dumps(stats()).encode()), Content_Encoding="gzip")]
    assert [total.count for total in collect(endpoint.url).totals] == [812]


# how it fails


def test_what_passes_is_tried_again(endpoint: Endpoint) -> None:
    for status in (429, 502, 503, 504):
        endpoint.answers = [body(b"", status), body(b"", status, Retry_After="0"), body(stats())]
        endpoint.asked.clear()
        assert collect(endpoint.url).problem is None and len(endpoint.asked) == 3
    endpoint.answers = [lambda handler: handler.wfile.write(b"no http\r\n\r\n"), body(stats())]
    assert collect(endpoint.url).problem is None


def test_what_does_not_pass_is_a_problem_after_three_tries(endpoint: Endpoint) -> None:
    endpoint.answers = [body({"error": "nothing is known of the window"}, 503)]
    found = collect(endpoint.url)
    assert found.problem == "it answered 503: nothing is known of the window" and len(endpoint.asked) == 3
    for status, text in ((500, "it answered 500"), (404, "it answered 404"), (401, "401; check its headers")):
        endpoint.answers = [body(b"x" * 200_000, status)]
        endpoint.asked.clear()
        problem = collect(endpoint.url).problem
        assert problem is not None and text in problem and len(endpoint.asked) == 1


def test_a_pause_that_is_too_long_is_not_waited_for(endpoint: Endpoint) -> None:
    past = "Fri, 31 Dec 1999 23:59:59 GMT"
    for pause in ("3600", "Fri, 31 Dec 2100 23:59:59 GMT", "9" * 30, past):
        endpoint.answers = [body(b"", 429, Retry_After=pause)]
        endpoint.asked.clear()
        assert collect(endpoint.url).problem == "it answered 429"
        assert len(endpoint.asked) == (3 if pause in ("9" * 30, past) else 1)


def test_a_server_that_is_away_or_hangs_or_drips(endpoint: Endpoint) -> None:
    assert collect("http://127.0.0.1:1/stats").problem == "it cannot be reached"
    done = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not done.wait(0.02):
            handler.wfile.write(b" ")

    def drip_headers(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not done.wait(0.02):
            handler.wfile.write(b"X: x\r\n"[:1])

    hasty = HASTY._replace(total=0.6)
    try:
        for answer, seconds in ((lambda handler: done.wait(), 0.4), (drip, 0.6), (drip_headers, 0.6)):
            endpoint.answers = [answer]
            assert collect(endpoint.url, patience=hasty).problem == f"it did not answer within {seconds:g} s"
    finally:
        done.set()


def test_an_answer_that_breaks_off_or_is_damaged(endpoint: Endpoint) -> None:
    def short(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"{")

    packed = gzip.compress(json.dumps(stats()).encode())
    for answer, text in (
        (short, "broke off"),
        (body(packed[:-12], Content_Encoding="gzip"), "damaged"),
        (body(b"no gzip", Content_Encoding="gzip"), "damaged"),
        (body(b"x", Content_Encoding="br"), "not asked for"),
    ):
        endpoint.answers = [answer]
        problem = collect(endpoint.url).problem
        assert problem is not None and text in problem


def test_sizes_have_bounds_and_bombs_are_not_unpacked(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_fetch, "_MOST_BYTES", 1024 * 1024)
    bomb = gzip.compress(b'{"stats": {}' + b" " * 50_000_000)
    assert len(bomb) < 100_000
    for answer in (body(b" " * 1_100_000), body(bomb, Content_Encoding="gzip")):
        endpoint.answers = [answer]
        assert collect(endpoint.url).problem == "its answer is larger than 1 MiB"


def test_nothing_is_sent_to_another_host_or_scheme(endpoint: Endpoint) -> None:
    other = Endpoint()
    other.answers = [body(stats())]
    try:
        secure = endpoint.url.replace("http://", "https://")
        for target in (other.url, secure, "//example.org/stats", "ftp://127.0.0.1/", "http://[", ""):
            endpoint.answers = [body(b"", 302, Location=target)]
            problem = collect(endpoint.url).problem
            assert problem is not None and "redirects to another host or scheme" in problem, target
            assert other.url not in problem
        assert other.asked == []
    finally:
        other.close()
    endpoint.answers = [body(b"", 307, Location="/api/stats?days=14"), body(stats())]
    assert collect(endpoint.url).problem is None and endpoint.asked[-1][0] == "/api/stats?days=14"
    endpoint.answers = [endless_redirect, body(stats())]
    assert collect(endpoint.url).problem is None, "what a redirect carries is not read"
    endpoint.answers = [body(b"", 302, Location="/stats")]
    assert "again and again" in str(collect(endpoint.url).problem)


def test_certificates_are_always_verified(tmp_path: Path) -> None:
    certificate = Certificate(tmp_path)
    server = Endpoint(certificate)
    server.answers = [body(stats())]
    try:
        found = collect(server.url)
        assert found.problem is not None and "certificate cannot be verified" in found.problem and server.asked == []
        trusting = msgspec.structs.replace(SOURCE, verify="server.crt")
        assert collect(server.url, configured=trusting, root=tmp_path).problem is None
        (tmp_path / "empty.crt").write_text("nothing")
        for verify, text in (("nowhere.crt", "verify names no file: nowhere.crt"), ("empty.crt", "verify")):
            mistaken = msgspec.structs.replace(SOURCE, verify=verify)
            assert text in str(collect(server.url, configured=mistaken, root=tmp_path).problem)
        local = server.url.replace("127.0.0.1", "localhost")
        assert "cannot be verified" in str(collect(local, configured=trusting, root=tmp_path).problem)
    finally:
        server.close()


@pytest.mark.parametrize("url", ["", "s3cret", "ftp://s3cret/", "http://", "http://s3cret:port/", "https://[s3cret/"])
def test_a_url_that_is_none_is_a_problem_without_it(url: str) -> None:
    problem = collect(url).problem
    assert problem is not None and "url cannot be used" in problem and "s3cret" not in problem


def test_no_message_holds_the_url_or_a_secret(endpoint: Endpoint) -> None:
    url = endpoint.url.replace("//", "//user:hunter2@") + "?key=hunter3"
    echo = {"error": f"cannot serve {url} with {TOKEN}"}
    answers = (body(echo), body(echo, 500), body(echo, 503), body(b"", 302, Location=url + "@x"), body(b"\0"))
    for answer in answers:
        endpoint.answers = [answer]
        said = str(collect(url))
        assert not any(secret in said for secret in ("hunter", "s3cr3t", "127.0.0.1", "user:"))


def test_without_routes_nothing_can_be_matched(endpoint: Endpoint) -> None:
    found = http_stats(SOURCE, endpoint.url, {"STATS_TOKEN": TOKEN}, Path("/"), ()).collect(WINDOW)
    assert found.problem is not None and "no route is known" in found.problem


def test_it_is_built_from_the_configuration(endpoint: Endpoint, tmp_path: Path) -> None:
    configured = msgspec.structs.replace(SOURCE, url="env:STATS_URL")
    config = AuditConfig(usage=UsageConfig(sources=(configured,)))
    environment = {"STATS_URL": endpoint.url, "STATS_TOKEN": TOKEN}
    endpoint.answers = [body(stats())]
    (source,) = sources.build(config, tmp_path, environment, ROUTES)
    assert source.collect(WINDOW).totals and source.name == "stats"
    (source,) = sources.build(config, tmp_path, {}, ROUTES)
    assert "STATS_URL" in str(source.collect(WINDOW).problem)
