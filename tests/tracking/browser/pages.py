"""A real browser and the pages it visits: every page under a policy that allows no inline script and no `eval`."""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from browser_tools import BROWSER
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page

NOON = "2026-11-21T12:00:00Z"
TODAY, TOMORROW = "2026-11-21", "2026-11-22"
POLICY = "default-src 'none'; script-src 'self'; connect-src *"
_START = """import * as tracking from "/lib/index.js"; window.tracking = tracking; window.ready = true;"""
_TYPES = {".js": "text/javascript", ".html": "text/html; charset=utf-8"}


class Site:
    """A web server on loopback: the built modules under /lib, files of a test, and an endpoint that keeps what comes.

    The browser knows it as `shop.test` too, which is not this machine's own address as far as the tracker can tell.
    """

    def __init__(self) -> None:
        self.files: dict[str, str] = {"/start.js": _START, "/": '<script type="module" src="/start.js"></script>'}
        self.status = 204
        self.received: list[dict[str, Any]] = []
        self.sizes: list[int] = []
        self._arrived = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_address[1]
        self.url = f"http://shop.test:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait_for(self, count: int) -> list[dict[str, Any]]:
        """Return what was received once it is at least `count` deliveries."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.received) >= count, 20), f"{len(self.received)} of {count}"
        return self.received

    def _file(self, path: str) -> str | None:
        if path.startswith("/lib/"):
            found = BROWSER / "lib" / Path(path).name
            return found.read_text("utf-8") if found.is_file() else None
        return self.files.get(path)

    def _handler(site) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the request's handler below
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                text = site._file(path)
                self.send_response(404 if text is None else 200)
                self.send_header("Content-Type", _TYPES.get(Path(path).suffix, _TYPES[".html"]))
                self.send_header("Content-Security-Policy", POLICY)
                self.end_headers()
                self.wfile.write((text or "").encode())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(site.status)
                self.end_headers()
                with site._arrived:
                    site.received.append(
                        json.loads(body) | {"type": self.headers["Content-Type"], "status": site.status}
                    )
                    site.sizes.append(len(body))
                    site._arrived.notify_all()

            def log_message(self, *arguments: object) -> None:
                pass

        return Handler


class Shop:
    """One browser profile that visits the site; `complaints` are errors that any of its pages met."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        self.context = context
        self.site = site
        self.complaints: list[str] = []
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("console", self._console)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def open(self, path: str = "/", before: str = "", page: Page | None = None, **settings: Any) -> Page:
        """Open a page, in a new tab by default, after running `before` in it; wait until the tracker is loaded."""
        page = page or self.context.new_page()
        if before:
            page.add_init_script(before)
        page.goto(self.site.url + path if path.startswith("/") else path)
        wait_until(page, "window.ready")
        if settings:
            page.evaluate("settings => tracking.configure(settings)", settings)
        return page


def wait_until(page: Page, condition: str) -> None:
    """Wait until an expression is true; Playwright's own way needs `eval`, which the policy forbids."""
    limit = time.monotonic() + 20
    while not _holds(page, condition):
        assert time.monotonic() < limit, condition
        time.sleep(0.02)


def _holds(page: Page, condition: str) -> bool:
    try:
        return bool(page.evaluate(condition))
    except Error:  # the page was left meanwhile
        return False


def pass_time(page: Page, seconds: int) -> None:
    """Let the page's clock run, in steps between which promises are kept."""
    for _ in range(0, seconds, 20):
        page.clock.run_for(20_000)


def track(page: Page, name: str = "Pam", times: int = 1) -> None:
    page.evaluate("([name, times]) => { for (; times > 0; times--) tracking.trackComponent(name) }", [name, times])


def exported(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("tracking.exportUsage()")
    return found


def stored(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate("({...localStorage})")
    return found


def day_keys(page: Page) -> list[str]:
    return sorted(key for key in stored(page) if key.startswith("auditor:usage:2"))


def counts(*exports: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Return day -> component -> count of exports, as a reader adds them up: the largest of each origin's readings."""
    largest: dict[tuple[str, str, str], int] = {}
    for export in exports:
        for origin in export["origins"]:
            for day, uses in origin["days"].items():
                for name, use in uses.items():
                    key = (day, name, origin["id"])
                    largest[key] = max(largest.get(key, 0), use["count"])
    found: dict[str, dict[str, int]] = {}
    for (day, name, _), count in largest.items():
        found.setdefault(day, {}).setdefault(name, 0)
        found[day][name] += count
    return found


Open = Callable[..., Shop]
