"""The HTTP service over the ledger. In: how to open a ledger, a clock, the report's directory. Out: a Starlette app.

`/health`, `/stats?days=`, `/unused?days=` as JSON, the stored report on `/`, and `POST /components` for browsers. Every
request opens the ledger anew, so what a collector writes is seen at once and a missing ledger is an answer, not a
crash. An error never has status 200. Never writes but into the spool of components, never serves any file but the
report.
"""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import msgspec

from auditor.errors import AuditorError, ConfigError
from auditor.model.answers import LedgerHealth, UnusedRoutes, UsageStats

try:
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.middleware import Middleware
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route
except ImportError as missing:
    raise ConfigError("auditor serve needs Starlette: pip install 'auditor[serve]'") from missing

from auditor.service.components import components_route
from auditor.service.headers import HEADERS, SecurityHeaders, report_policy
from auditor.service.spool import ComponentSpool

DEFAULT_DAYS = 14
MOST_DAYS = 3650
REPORT = "plan.html"


class LedgerAnswers(Protocol):
    """What the service asks of a ledger; `now` is aware, `days` are 24 hours each and end at `now`."""

    def usage_stats(self, days: int, *, now: datetime) -> UsageStats:
        """Return what was used."""

    def unused(self, days: int, *, now: datetime, min_watched: float) -> UnusedRoutes:
        """Return what is registered and was not called."""

    def health(self, *, now: datetime, max_age: timedelta) -> LedgerHealth:
        """Return whether evidence keeps coming in."""


def create_app(
    open_ledger: Callable[[], AbstractContextManager[LedgerAnswers]],
    now: Callable[[], datetime],
    report_directory: Path,
    spool: ComponentSpool,
    *,
    origins: Collection[str] = (),
    min_watched: float = 0.95,
    max_age: timedelta = timedelta(hours=36),
) -> Starlette:
    """Return the service.

    Args:
        open_ledger: Opens the ledger for reading; called for each request, in a worker thread.
        now: The clock; aware.
        report_directory: Where `plan.html` lies, if there is one.
        spool: Where deliveries of components are kept.
        origins: Whose pages may deliver components, as in `https://shop.example`.
        min_watched: Share of the window's minutes that must be watched before a route is called unused.
        max_age: Of the newest evidence of a healthy source.
    """

    def health(request: Request) -> Response:
        with open_ledger() as ledger:
            found = ledger.health(now=now(), max_age=max_age)
        return _json(found, 200 if found.status == "ok" else 503)

    def stats(request: Request) -> Response:
        days = _days(request)
        with open_ledger() as ledger:
            found = ledger.usage_stats(days, now=now())
        return _refused(found.refusal) if found.refusal else _json(found)

    def unused(request: Request) -> Response:
        days = _days(request)
        with open_ledger() as ledger:
            found = ledger.unused(days, now=now(), min_watched=min_watched)
        return _json(msgspec.structs.asdict(found) | {"error": found.refusal}, 503) if found.refusal else _json(found)

    def report(request: Request) -> Response:
        try:
            page = (report_directory / REPORT).read_bytes()
        except OSError:
            return _json({"error": "there is no report yet; run 'auditor plan'"}, 404)
        policy = {"content-security-policy": report_policy(page)}
        return Response(page, media_type="text/html; charset=utf-8", headers=policy)

    return Starlette(
        routes=[
            Route("/health", health),
            Route("/stats", stats),
            Route("/unused", unused),
            Route("/", report),
            components_route(spool, origins, now),
        ],
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers={AuditorError: _cannot_answer, HTTPException: _refuse_request, Exception: _broken},
    )


def _days(request: Request) -> int:
    """Return the `days` asked for; raise HTTPException (400) with the mend for anything but a whole number of days."""
    given = request.query_params.getlist("days") or [str(DEFAULT_DAYS)]
    text = given[0]
    if len(given) == 1 and text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= MOST_DAYS:
        return int(text)
    raise HTTPException(400, f"days must be one whole number from 1 to {MOST_DAYS}, as in ?days={DEFAULT_DAYS}")


def _refused(reason: str) -> Response:
    return _json({"error": reason}, 503)


def _cannot_answer(request: Request, error: Exception) -> Response:
    """Answer for a ledger that is missing, locked or damaged: 503, as a monitor expects."""
    if request.url.path == "/health":
        return _json({"status": "down", "problems": [str(error)], "error": str(error)}, 503)
    return _refused(str(error))


def _refuse_request(request: Request, error: Exception) -> Response:
    status, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "")
    if status == 404:
        detail = "no such page; there are /health, /stats, /unused, /components and /"
    return _json({"error": detail}, status, dict(getattr(error, "headers", None) or {}))


def _broken(request: Request, error: Exception) -> Response:
    """Answer for a mistake of ours; what it was goes to the server's log, not to the client."""
    return _json({"error": "the service failed; its log says how"}, 500, HEADERS)


def _json(document: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(document), status, headers, media_type="application/json")
