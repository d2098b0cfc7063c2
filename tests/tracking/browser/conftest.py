"""Chromium through Playwright, one for each file of tests; its loop would disturb those of other files."""

from collections.abc import Iterator

import pytest
from browser_tools import chromium
from playwright.sync_api import Browser, sync_playwright

from tests.tracking.browser.pages import Open, Shop, Site

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP *.test 127.0.0.1",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium(), args=ARGUMENTS, ignore_default_args=["--disable-back-forward-cache"]
        )
        yield started
        started.close()


@pytest.fixture
def site() -> Iterator[Site]:
    serving = Site()
    yield serving
    serving.close()


@pytest.fixture
def open_shop(browser: Browser, site: Site) -> Iterator[Open]:
    """Open a profile of its own; `at` is the time at which its clock stands still, None for the machine's clock."""
    shops: list[Shop] = []

    def opened(at: str | None = None, **options: object) -> Shop:
        context = browser.new_context(**options)  # type: ignore[arg-type]  # passed through
        context.set_default_timeout(20_000)
        if at:
            context.clock.install(time=at)
            context.clock.pause_at(at)
        shops.append(Shop(context, site))
        return shops[-1]

    yield opened
    for shop in shops:
        shop.context.close()
    assert [complaint for shop in shops for complaint in shop.complaints] == []
