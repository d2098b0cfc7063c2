"""A person who opens pages and notes what they do beside showing: requests, dialogs, errors, what a policy refused."""

from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Route


class Desk:
    """Opens pages, each in a profile of its own; `noted` is what was not asked for."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.noted: list[str] = []
        self.requests: list[str] = []

    def open(self, address: str, **options: Any) -> Page:
        context = self._browser.new_context(**{"viewport": {"width": 1200, "height": 900}, **options})
        context.set_default_timeout(15_000)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: self.noted.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.noted.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (self.noted.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.route("**/*", self._request)
        page.goto(address)
        return page

    def _request(self, route: Route) -> None:
        self.requests.append(route.request.url.partition("#")[0])
        route.continue_()

    def close(self) -> None:
        for context in self._contexts:
            context.close()


def shown(page: Page, selector: str = ".rows li[id], article[id]") -> list[str]:
    """Return the names of the findings that can be seen."""
    found: list[str] = page.evaluate(
        "s => [...document.querySelectorAll(s)].filter(n => n.checkVisibility())"
        ".map(n => n.querySelector('b, code').textContent)",
        selector,
    )
    return found
