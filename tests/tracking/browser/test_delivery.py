"""In a real browser: what is delivered and when; that nothing is lost and nothing counts twice; the real service."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from playwright.sync_api import Page

from auditor.model.component_export import ReceivedExport
from tests.redis_deployments import free_port
from tests.tracking.browser.pages import (
    NOON,
    TODAY,
    TOMORROW,
    Open,
    Shop,
    Site,
    counts,
    exported,
    pass_time,
    track,
    wait_until,
)

NO_BEACON = "navigator.sendBeacon = undefined;"
REFUSED_BEACON = "navigator.sendBeacon = () => false;"


def delivering(shop: Shop, before: str = "", path: str = "/", **settings: Any) -> Page:
    """Return a page that counts and delivers every minute."""
    page = shop.open(path, before, enabled=True, endpoint="/components", interval=60, **settings)
    return page


def leave(page: Page) -> None:
    """Close the page as a user who goes elsewhere does."""
    page.goto("about:blank")


def settle(page: Page, failures: int = 0) -> None:
    """Wait until the service's answer has reached the page, after so many refusals in a row."""
    wait_until(page, f"JSON.parse(localStorage['auditor:usage:delivery'] ?? '{{}}').failures === {failures}")


def test_counts_are_delivered_every_interval_and_once(open_shop: Open, site: Site) -> None:
    page = delivering(open_shop(NOON))
    track(page, times=3)
    pass_time(page, 40)
    (delivery,) = site.wait_for(1)
    assert counts(delivery) == {TODAY: {"Pam": 3}}
    assert delivery["type"].startswith("text/plain")
    settle(page)
    pass_time(page, 300)
    track(page, times=2)
    pass_time(page, 80)
    assert counts(site.wait_for(2)[1]) == {TODAY: {"Pam": 5}}
    assert len(site.received) == 2
    assert counts(*site.received) == {TODAY: {"Pam": 5}}
    assert {each["browser"] for each in site.received} == {exported(page)["browser"]}


def test_the_token_is_shown_by_every_way_and_never_exported(open_shop: Open, site: Site) -> None:
    shop = open_shop(NOON)
    page = delivering(shop, token="shown-to-all")
    track(page)
    pass_time(page, 40)
    site.wait_for(1)
    track(page)
    leave(page)
    page = delivering(shop, NO_BEACON, token="shown-to-all")
    assert "shown-to-all" not in json.dumps(exported(page))
    track(page)
    leave(page)
    assert [each["token"] for each in site.wait_for(3)] == ["shown-to-all"] * 3
    page = delivering(shop, token="two words")
    assert exported(page)["tracking"]["refused"] == ["token"]
    track(page)
    leave(page)
    assert "token" not in site.wait_for(4)[3]


def test_a_page_that_is_left_delivers_by_beacon(open_shop: Open, site: Site) -> None:
    page = delivering(open_shop(NOON))
    track(page)
    leave(page)
    (delivery,) = site.wait_for(1)
    assert counts(delivery) == {TODAY: {"Pam": 1}}
    assert delivery["type"].startswith("text/plain")


@pytest.mark.parametrize("before", [NO_BEACON, REFUSED_BEACON, "navigator.sendBeacon = () => { throw new Error() };"])
def test_without_beacons_it_is_a_request_that_outlives_the_page(open_shop: Open, site: Site, before: str) -> None:
    page = delivering(open_shop(NOON), before)
    track(page, times=2)
    leave(page)
    assert counts(site.wait_for(1)[0]) == {TODAY: {"Pam": 2}}


def test_what_went_by_beacon_is_delivered_again_until_it_is_answered(open_shop: Open, site: Site) -> None:
    shop = open_shop(NOON)
    page = delivering(shop)
    track(page)
    leave(page)
    site.wait_for(1)
    page = delivering(shop)
    track(page)
    pass_time(page, 40)
    assert counts(*site.wait_for(2)) == {TODAY: {"Pam": 2}}
    settle(page)
    leave(page)
    page = delivering(shop)
    pass_time(page, 300)  # the first tab is at rest now
    site.wait_for(3)
    settle(page)
    pass_time(page, 300)
    track(page, "Other")
    leave(page)
    assert counts(*site.wait_for(4)) == {TODAY: {"Pam": 2, "Other": 1}}
    assert len(site.received) == 4


def test_a_hidden_page_delivers_once_for_the_same_counts(open_shop: Open, site: Site) -> None:
    page = delivering(open_shop(NOON))
    hide = "Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true});" \
        "document.dispatchEvent(new Event('visibilitychange'))"  # fmt: skip
    track(page)
    for _ in range(3):
        page.evaluate(hide)
    track(page)
    page.evaluate(hide)
    site.wait_for(2)
    leave(page)
    delivering(open_shop(NOON), path="/?other").evaluate("fetch('/components', {method: 'POST', body: '{}'})")
    assert [counts(each)[TODAY]["Pam"] for each in site.wait_for(3)[:2]] == [1, 2]
    assert len(site.received) == 3


def test_after_a_refusal_the_pause_doubles_and_nothing_is_lost(open_shop: Open, site: Site) -> None:
    site.status = 507
    shop, steady = open_shop(NOON), "Math.random = () => 1;"  # it asks after 16 seconds, and then every 48
    page = delivering(shop, steady)
    track(page)
    pass_time(page, 20)
    site.wait_for(1)
    settle(page, failures=1)
    leave(page)
    page = delivering(shop, steady)
    track(page)
    pass_time(page, 20)  # a minute has not passed since: neither this page nor its end delivers
    leave(page)
    page = delivering(shop, steady)
    track(page)
    assert len(site.received) == 1
    pass_time(page, 80)
    site.wait_for(2)
    settle(page, failures=2)
    pass_time(page, 80)
    assert len(site.received) == 2
    site.status = 204
    pass_time(page, 120)
    assert counts(site.wait_for(3)[2]) == {TODAY: {"Pam": 3}}
    settle(page)


def test_a_service_that_is_away_is_no_error_of_the_page(open_shop: Open) -> None:
    shop = open_shop(NOON)
    page = shop.open(enabled=True, endpoint=f"http://127.0.0.1:{free_port()}/components", interval=60)
    track(page)
    pass_time(page, 40)
    settle(page, failures=1)
    assert counts(exported(page)) == {TODAY: {"Pam": 1}}


def test_days_and_tabs_of_before_are_delivered_later(open_shop: Open, site: Site) -> None:
    shop = open_shop("2026-11-21T23:50:00Z")
    first = shop.open(enabled=True)
    second = shop.open(enabled=True)
    for page in (first, second):
        track(page)
        leave(page)
    page = delivering(shop)
    pass_time(page, 900)
    assert counts(site.wait_for(1)[0]) == {TODAY: {"Pam": 2}}
    settle(page)
    track(page, "Later")
    pass_time(page, 80)
    assert counts(site.wait_for(2)[1]) == {TOMORROW: {"Later": 1}}
    assert counts(exported(page)) == {TODAY: {"Pam": 2}, TOMORROW: {"Later": 1}}


def test_large_exports_go_in_parts_that_a_closing_page_may_send(open_shop: Open, site: Site) -> None:
    page = delivering(open_shop(NOON))
    page.evaluate("for (let n = 0; n < 900; n++) tracking.trackComponent('Ünï'.repeat(15) + n)")
    page.evaluate("for (let n = 0; n < 30; n++) localStorage['component_usage_Old' + n] = n + 1")
    pass_time(page, 40)
    settle(page)
    assert len(site.received) > 2
    assert max(site.sizes) <= 60_000
    found = counts(*site.received)[TODAY]
    assert (len(found), set(found.values())) == (900, {1})
    undated = [each["undated"] for each in site.received if each["undated"]]
    assert [len(each) for each in undated] == [30]


def test_undated_counts_are_delivered_with_the_browsers_id(open_shop: Open, site: Site) -> None:
    page = delivering(open_shop(NOON), "localStorage.component_usage_Pam = '{\"count\": 3}'")
    pass_time(page, 40)
    (delivery,) = site.wait_for(1)
    assert (delivery["evidence"], delivery["undated"]["Pam"]["count"], len(delivery["browser"])) == ("undated", 3, 32)
    settle(page)
    pass_time(page, 300)
    assert len(site.received) == 1


def test_nothing_recorded_delivers_nothing_and_without_an_endpoint_nothing_goes_out(
    open_shop: Open, site: Site
) -> None:
    shop = open_shop(NOON)
    page = delivering(shop)
    pass_time(page, 900)
    leave(page)
    page = shop.open(enabled=True)
    track(page)
    pass_time(page, 900)
    leave(page)
    page = shop.open()
    page.evaluate("fetch('/components', {method: 'POST', body: '{}'})")
    assert [each.get("origins") for each in site.wait_for(1)] == [None]


def test_turned_off_nothing_is_delivered(open_shop: Open, site: Site) -> None:
    page = delivering(open_shop(NOON))
    track(page)
    page.clock.run_for(2000)
    page.evaluate("localStorage.AUDITOR_TRACKING = 'off'")
    pass_time(page, 900)
    leave(page)
    page = delivering(open_shop(NOON))
    track(page)
    page.evaluate("localStorage.AUDITOR_TRACKING = 'off'")
    leave(page)
    page = delivering(open_shop(NOON))
    track(page, "Other")
    leave(page)
    assert [counts(each) for each in site.wait_for(1)] == [{TODAY: {"Other": 1}}]


def test_counts_that_cannot_be_stored_are_delivered_too(open_shop: Open, site: Site) -> None:
    full = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') };"
    shop = open_shop(NOON)
    page = delivering(shop, full)
    track(page, times=2)
    pass_time(page, 40)
    site.wait_for(1)
    track(page)
    leave(page)
    site.wait_for(2)
    page = delivering(shop, full)
    track(page)
    leave(page)
    assert counts(*site.wait_for(3)) == {TODAY: {"Pam": 4}}
    assert {each["browser"] for each in site.received} == {None}


@pytest.fixture
def service(tmp_path: Path, site: Site) -> Iterator[tuple[str, Path]]:
    """A real `auditor serve` that takes deliveries of the site, and the directory of its spool."""
    config = f"[service]\norigins = ['{site.url}']\ntoken = 'env:PAGE_TOKEN'\n"
    (tmp_path / "auditor.toml").write_text(config, "utf-8")
    port = free_port()
    started = subprocess.Popen(
        [sys.executable, "-m", "auditor", "serve", "--port", str(port)],
        cwd=tmp_path, env={**os.environ, "PAGE_TOKEN": "shown"}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert started.stderr is not None
    assert "serving on" in started.stderr.readline()
    yield f"http://127.0.0.1:{port}/components", tmp_path / ".auditor" / "components"
    started.terminate()
    started.wait(20)


def lines(spool: Path, count: int) -> list[ReceivedExport]:
    """Return the spool's lines once there are so many."""
    limit = time.monotonic() + 20
    found: list[bytes] = []
    while len(found) < count:
        assert time.monotonic() < limit, f"{len(found)} of {count} lines"
        found = [line for path in spool.glob("*.jsonl") for line in path.read_bytes().splitlines(keepends=True)]
        time.sleep(0.02)
    return [msgspec.json.decode(line, type=ReceivedExport) for line in found]


def test_the_service_keeps_what_a_page_of_another_origin_delivers(open_shop: Open, service: tuple[str, Path]) -> None:
    endpoint, spool = service
    page = open_shop().open(enabled=True, endpoint=endpoint, interval=1, token="shown")
    track(page, times=3)
    page.evaluate("localStorage.component_usage_Old = 9")
    first = lines(spool, 1)[-1].export
    settle(page)
    track(page)
    leave(page)
    (*_, last) = lines(spool, 2)
    for export, expected in ((first, 3), (last.export, 4)):
        assert {
            name: use.count for origin in export.origins for uses in origin.days.values() for name, use in uses.items()
        } == {"Pam": expected}
    assert (spool / ".gitignore").exists()
    whole = httpx.post(
        endpoint, json=exported(open_shop().open(enabled=True)), headers={"origin": "http://evil.test"}, timeout=20
    )
    assert whole.status_code == 403
    stranger = open_shop().open(enabled=True, endpoint=endpoint, interval=1, token="guessed")
    track(stranger)
    settle(stranger, failures=1)
    assert exported(stranger)["browser"] not in {line.export.browser for line in lines(spool, 2)}
