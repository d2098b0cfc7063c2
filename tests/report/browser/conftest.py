"""Chromium for the pages of reports, one for each file of tests, and a server that sends what a CI server would."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from browser_tools import chromium
from playwright.sync_api import Browser, sync_playwright

from tests.report.browser.looking import Desk
from tests.tracking.browser.conftest import ARGUMENTS

JENKINS = "sandbox; default-src 'none'; img-src 'self'; style-src 'self';"
"""What a Jenkins that nobody configured sends with every file of a build."""


class _Served(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        if self.path.startswith("/jenkins/"):
            self.send_header("Content-Security-Policy", JENKINS)
        super().end_headers()

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.replace("/jenkins/", "/", 1))

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A directory and the address under which it is served."""
    directory = tmp_path_factory.mktemp("site")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Served, directory=str(directory)))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield directory, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def desk(browser: Browser) -> Iterator[Desk]:
    opened = Desk(browser)
    yield opened
    opened.close()
