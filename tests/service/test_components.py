"""Deliveries of browsers: who may, what is taken, what is kept, and never a refusal with status 200."""

import asyncio
import json
import multiprocessing
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from starlette.applications import Starlette

from auditor.ledger.store import Ledger
from auditor.model.component_export import ComponentExport, ReceivedExport
from auditor.service import components
from auditor.service.app import create_app
from auditor.service.spool import ComponentSpool, merged
from tests.ledger.samples import NOW

SHOP = "https://shop.example"
TODAY = NOW.date().isoformat()
TAB, BROWSER = "a" * 32, "b" * 32


def use(count: int = 3, **changes: Any) -> dict[str, Any]:
    return {"count": count, "first": f"{TODAY}T08:00:00.123Z", "last": f"{TODAY}T09:00:00.000Z", **changes}


def export(uses: Any = None, **changes: Any) -> dict[str, Any]:
    days = {TODAY: {"Pam": use()} if uses is None else uses}
    return {
        "format_version": 1, "exported_at": NOW.isoformat(), "evidence": "days", "browser": BROWSER,
        "origins": [{"id": TAB, "days": days, "lost": {}}], "undated": {}, "dropped": None, **changes,
    }  # fmt: skip


def spool(directory: Path, most_bytes: int = 100_000, compact_from: int = 50_000) -> ComponentSpool:
    return ComponentSpool(directory / ".auditor" / "components", most_bytes, compact_from)


class Page:
    """A page of an origin that posts to the service."""

    def __init__(
        self, directory: Path, kept: ComponentSpool | None = None, allowed: tuple[str, ...] = (SHOP,), **more: Any
    ) -> None:
        self.directory = directory / ".auditor" / "components"
        self.app: Starlette = create_app(
            lambda: Ledger.read_only("sqlite:///none.db", directory), lambda: NOW, directory, kept or spool(directory),
            origins=allowed, **{"deliveries_a_minute": 1000, **more},
        )  # fmt: skip

    def post(self, body: Any, kind: str = "text/plain;charset=UTF-8", origin: str | None = SHOP) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"content-type": kind} | ({"origin": origin} if origin else {})
        return self.send("POST", content=content, headers=headers)

    def send(self, method: str, **options: Any) -> httpx.Response:
        async def request() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://auditor.test") as client:
                return await client.request(method, "/components", **options)

        return asyncio.run(request())

    def lines(self) -> list[ReceivedExport]:
        path = self.directory / f"{TODAY}.jsonl"
        return [msgspec.json.decode(line, type=ReceivedExport) for line in path.read_bytes().splitlines()]


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page(tmp_path)


@pytest.mark.parametrize("kind", ["text/plain;charset=UTF-8", "application/json", "Application/JSON; charset=utf-8"])
def test_a_delivery_is_one_line_of_the_days_file(page: Page, kind: str) -> None:
    response = page.post(export(), kind)
    assert (response.status_code, response.content) == (204, b"")
    (line,) = page.lines()
    assert line.received_at == NOW
    assert line.export == msgspec.convert(export(), ComponentExport, strict=False)
    assert not (page.directory.parent / "ledger.db").exists()


def test_a_page_may_read_the_answer_of_an_origin_that_is_configured(page: Page) -> None:
    accepted, refused = page.post(export()), page.post(b"{")
    for response in (accepted, refused):
        assert response.headers["access-control-allow-origin"] == SHOP
        assert response.headers["vary"] == "origin"
        assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert refused.status_code == 400


def test_a_preflight_is_answered(page: Page) -> None:
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    response = page.send("OPTIONS", headers={"origin": SHOP, **asked})
    assert response.status_code == 204
    assert response.headers["access-control-allow-methods"] == "POST"
    assert response.headers["access-control-allow-headers"] == "content-type, authorization"
    assert page.send("OPTIONS", headers={"origin": "https://evil.example", **asked}).status_code == 403


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://shop.example", SHOP + ":8443"])
def test_pages_of_other_origins_are_refused(page: Page, origin: str | None) -> None:
    response = page.post(export(), origin=origin)
    assert response.status_code == 403
    assert "service.origins" in response.json()["error"]
    assert "access-control-allow-origin" not in response.headers
    assert not page.directory.exists()


def test_by_default_nobody_may_deliver(tmp_path: Path) -> None:
    assert Page(tmp_path, allowed=()).post(export()).status_code == 403


def test_a_summary_for_people_is_left_out(page: Page) -> None:
    assert page.post(export(components={"Pam": use()}, note="", tracking={"on": True})).status_code == 204
    (line,) = page.lines()
    assert b"tracking" not in msgspec.json.encode(line)


WRONG = {
    "no JSON": (b"{", "no export"),
    "no object": (b"[]", "no export"),
    "bytes": (b"\xff\xfe{}", "no export"),
    "deep": (b"[" * 20_000, "no export"),
    "another version": (export(format_version=2), "format_version"),
    "no version": ({k: v for k, v in export().items() if k != "format_version"}, "format_version"),
    "no evidence at all": (export(origins=[], evidence="none"), "holds no evidence"),
    "a day without components": (export(uses={}), "holds no evidence"),
    "zero": (export({"Pam": use(0)}), ">= 1"),
    "below zero": (export({"Pam": use(-3)}), ">= 1"),
    "half": (export({"Pam": use(1) | {"count": 1.5}}), "int"),
    "text": (export({"Pam": use(1) | {"count": "3"}}), "int"),
    "huge": (export({"Pam": use(10**15)}), "<= 1000000000000"),
    "a name of nothing": (export({"": use()}), "length >= 1"),
    "a long name": (export({"x" * 201: use()}), "length <= 200"),
    "a name of two lines": (export({"Pam\n": use()}), "regex"),
    "a lone surrogate": (json.dumps(export({"?": use()})).replace("?", "\\ud800").encode(), "no export"),
    "no day": (export(origins=[{"id": TAB, "days": {"yesterday": {"Pam": use()}}}]), "date"),
    "another year": (
        export(origins=[{"id": TAB, "days": {"2035-01-01": {"Pam": use(first=None, last=None)}}}]),
        "days",
    ),
    "long ago": (export(origins=[{"id": TAB, "days": {"2020-01-01": {"Pam": use(first=None, last=None)}}}]), "days"),
    "time of another day": (export({"Pam": use(first="2026-11-01T00:00:00Z")}), "on the day"),
    "time without a zone": (export({"Pam": use(first=f"{TODAY}T08:00:00")}), "timezone"),
    "last before first": (export({"Pam": use(last=f"{TODAY}T07:00:00Z")}), "before first"),
    "an id of our choice": (export(origins=[{"id": "me@example.org", "days": {TODAY: {"Pam": use()}}}]), "regex"),
    "a field more": (export({"Pam": use(user="me")}), "user"),
    "undated of nobody": (export(undated={"Pam": use()}, browser=None), "browser's id"),
}


@pytest.mark.parametrize(("body", "says"), WRONG.values(), ids=WRONG.keys())
def test_what_is_no_delivery_is_400_and_says_why(page: Page, body: Any, says: str) -> None:
    response = page.post(body)
    assert response.status_code == 400
    assert says in response.json()["error"]
    assert not page.directory.exists()


@pytest.mark.parametrize("kind", ["", "text/html", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_other_types_are_415(page: Page, kind: str) -> None:
    assert page.post(export(), kind).status_code == 415


def test_a_compressed_body_is_415(page: Page) -> None:
    headers = {"origin": SHOP, "content-type": "text/plain", "content-encoding": "gzip"}
    assert page.send("POST", content=b"{}", headers=headers).status_code == 415


def test_a_long_body_is_413_and_is_not_read_to_its_end(page: Page) -> None:
    parts = 0

    async def endless() -> Any:
        nonlocal parts
        while True:
            parts += 1
            yield b" " * 4096

    response = page.send("POST", content=endless(), headers={"origin": SHOP, "content-type": "text/plain"})
    assert response.status_code == 413
    assert "65536" in response.json()["error"]
    assert parts == 17  # 4 KiB each


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_other_methods_are_405(page: Page, method: str) -> None:
    response = page.send(method, headers={"origin": SHOP})
    assert (response.status_code, "error" in response.json()) == (405, True)


def test_a_full_spool_is_507_and_keeps_what_it_has(tmp_path: Path) -> None:
    page = Page(tmp_path, spool(tmp_path, most_bytes=1000))
    answers = [page.post(export(browser=f"{number:032x}")) for number in range(10)]
    taken = [answer.status_code for answer in answers].count(204)
    assert [answer.status_code for answer in answers] == [204] * taken + [507] * (10 - taken)
    assert 1 <= taken == len(page.lines()) < 10
    assert answers[-1].headers["retry-after"]
    assert "no room" in answers[-1].json()["error"]


def test_a_delivery_that_cannot_be_written_is_507(tmp_path: Path) -> None:
    (tmp_path / ".auditor").write_text("a file, not a directory")
    response = Page(tmp_path).post(export())
    assert (response.status_code, "could not keep" in response.json()["error"]) == (507, True)


def test_the_same_counts_many_times_need_no_more_room(tmp_path: Path) -> None:
    kept = spool(tmp_path, most_bytes=20_000, compact_from=4_000)
    page = Page(tmp_path, kept)
    for count in range(1, 201):
        later = export(
            {"Pam": use(count), f"Other{count % 7}": use()}, exported_at=(NOW + timedelta(seconds=count)).isoformat()
        )
        assert page.post(later).status_code == 204
    (path,) = page.directory.glob("*.jsonl")
    assert path.stat().st_size < 6_000
    (line,) = merged(path)
    (origin,) = line.export.origins
    (uses,) = origin.days.values()
    assert uses["Pam"].count == 200
    assert sorted(uses) == [*(f"Other{n}" for n in range(7)), "Pam"]


def test_what_was_dropped_or_lost_or_undated_survives_the_rewriting(tmp_path: Path) -> None:
    kept = spool(tmp_path, compact_from=1)
    page = Page(tmp_path, kept)
    other = {"id": "c" * 32, "days": {}, "lost": {TODAY: 2}}
    page.post(export(undated={"Old": use(7)}, dropped={"through": "2026-10-01", "why": "too old"}))
    page.post(export(origins=[other], exported_at=(NOW + timedelta(1)).isoformat()))
    page.post(export(browser=None))
    mine, nobodys = merged(page.directory / f"{TODAY}.jsonl")
    assert nobodys.export.browser is None
    assert {origin.id: dict(origin.lost) for origin in mine.export.origins} == {TAB: {}, "c" * 32: {NOW.date(): 2}}
    assert (mine.export.undated["Old"].count, mine.export.evidence) == (7, "days")
    assert mine.export.dropped is not None


def test_days_that_nobody_wrote_to_are_removed(tmp_path: Path) -> None:
    page = Page(tmp_path)
    page.post(export())
    old, young = page.directory / "2026-01-01.jsonl", page.directory / "2026-11-20.jsonl"
    for path, age in ((old, timedelta(days=40)), (young, timedelta(days=20))):
        path.write_bytes(b"{}\n")
        seconds = path.stat().st_mtime - age.total_seconds()
        os.utime(path, (seconds, seconds))
    page.post(export())
    assert [old.exists(), young.exists()] == [False, True]


def write_many(directory: Path, worker: int) -> None:
    kept = spool(directory, most_bytes=10**9, compact_from=30_000)
    for number in range(1, 61):
        document = export({f"Component{n}": use(number) for n in range(40)}, browser=f"{worker:032x}")
        document["origins"][0]["id"] = f"{worker:032x}"
        kept.append(msgspec.convert(document, ComponentExport, strict=False), NOW)


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[list[multiprocessing.process.BaseProcess]]:
    context = multiprocessing.get_context("spawn")
    started = [context.Process(target=write_many, args=(tmp_path, number)) for number in range(3)]
    for worker in started:
        worker.start()
    yield started
    for worker in started:
        worker.kill()


def test_workers_do_not_mix_their_lines(tmp_path: Path, workers: list[Any]) -> None:
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    path = tmp_path / ".auditor" / "components" / f"{TODAY}.jsonl"
    for line in path.read_bytes().splitlines(keepends=True):
        assert line.endswith(b"\n")
        msgspec.json.decode(line, type=ReceivedExport)
    counts = {
        each.export.browser: [use.count for use in each.export.origins[0].days[NOW.date()].values()]
        for each in merged(path)
    }
    assert counts == {f"{worker:032x}": [60] * 40 for worker in range(3)}


TOKEN = "not-very-secret"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (export(token=TOKEN), {}),
        (export(), {"authorization": f"Bearer {TOKEN}"}),
        (export(token="another"), {"authorization": f"bearer {TOKEN}"}),
    ],
)
def test_a_token_is_taken_from_the_body_or_the_header_and_not_kept(
    tmp_path: Path, body: dict[str, Any], headers: dict[str, str]
) -> None:
    page = Page(tmp_path, token=TOKEN)
    response = page.send("POST", json=body, headers={"origin": SHOP, **headers})
    assert response.status_code == 204
    (line,) = page.lines()
    assert TOKEN.encode() not in (page.directory / f"{TODAY}.jsonl").read_bytes()
    assert line.export.browser == BROWSER


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (export(), {}),
        (export(token=TOKEN + "x"), {}),
        (export(token=None), {}),
        ([TOKEN], {}),
        (export(token="\u00fc"), {}),
        (export(), {"authorization": "Bearer"}),
        (export(), {"authorization": "Bearer x"}),
        (export(), {"authorization": f"Digest {TOKEN}"}),
    ],
)
def test_without_the_token_nothing_is_kept_and_the_page_may_read_why(
    tmp_path: Path, body: Any, headers: dict[str, str]
) -> None:
    page = Page(tmp_path, token=TOKEN)
    response = page.send("POST", json=body, headers={"origin": SHOP, **headers})
    assert (response.status_code, "service.token" in response.json()["error"]) == (401, True)
    assert response.headers["access-control-allow-origin"] == SHOP
    assert response.headers["www-authenticate"].startswith("Bearer")  # a browser asks nobody for a password
    assert TOKEN not in response.text
    assert not page.directory.exists()


def test_one_address_may_not_flood(tmp_path: Path) -> None:
    page = Page(tmp_path, deliveries_a_minute=3)
    answers = [page.post(export()) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [204, 204, 204, 429, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 20
    assert answers[-1].headers["access-control-allow-origin"] == SHOP
    assert "too many" in answers[-1].json()["error"]
    assert page.post(export(), origin="https://evil.example").status_code == 403
    assert len(page.lines()) == 3


def test_a_body_that_never_ends_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(components, "MOST_SECONDS", 0.05)
    headers = [(b"origin", SHOP.encode()), (b"content-type", b"text/plain")]
    scope = {"type": "http", "method": "POST", "path": "/components", "headers": headers, "query_string": b""}
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not sent:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Page(tmp_path).app(scope, receive, send))
    assert sent[0]["status"] == 408
    assert (b"access-control-allow-origin", SHOP.encode()) in sent[0]["headers"]
