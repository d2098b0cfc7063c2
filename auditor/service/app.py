"""The HTTP service over the ledger. In: how to open a ledger, a clock, the report's directory. Out: a Starlette app.

`/health`, `/stats?days=`, `/unused?days=` as JSON, `/metrics` for Prometheus, the stored report on `/`, and
`POST /components` for browsers. It works under any prefix, mounted in another application. The ledger is opened anew
for each question, so what a collector writes is seen at once and a missing ledger is an answer, not a crash. An error
never has status 200. Never writes but into the spool of components, never serves any file but the report.
"""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import msgspec

from auditor.config import MOST_DAYS
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

from auditor.service import metrics, tokens
from auditor.service.answering import Answer, Answers, BusyError
from auditor.service.components import Deliveries
from auditor.service.headers import HEADERS, SecurityHeaders, report_policy
from auditor.service.spool import ComponentSpool

DEFAULT_DAYS = 14
REPORT = "plan.html"
_BUSY = "the ledger did not answer in time; try again in a moment"


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
    version: str = "",
    origins: Collection[str] = (),
    token: str = "",
    read_token: str = "",
    deliveries_a_minute: int = 60,
    sources: Collection[str] = (),
    min_watched: float = 0.95,
    max_age: timedelta = timedelta(hours=36),
    answers: Answers | None = None,
) -> Starlette:
    """Return the service.

    Args:
        open_ledger: Opens the ledger for reading; called for each question, in a thread.
        now: The clock; aware.
        report_directory: Where `plan.html` lies, if there is one.
        spool: Where deliveries of components are kept.
        version: Of auditor, for `/metrics`.
        origins: Whose pages may deliver components, as in `https://shop.example`.
        token: What a delivery must show; empty: nothing.
        read_token: What who reads must show; empty: nothing. Without it, `/health` says the status alone.
        deliveries_a_minute: How many deliveries one address may make.
        sources: Names of the configured sources, for `/metrics`.
        min_watched: Share of the window's minutes that must be watched before a route is called unused.
        max_age: Of the newest evidence of a healthy source.
        answers: Reads the ledger; default: threads of its own.
    """
    deliveries = Deliveries(spool, now, origins, token, deliveries_a_minute)
    reader = _Reader(open_ledger, now, deliveries, version, sources, min_watched, max_age)
    served = answers or Answers()

    async def health(request: Request) -> Response:
        found = await _given(served, "health", reader.health)
        return found if _may_read(request, read_token) else _status_alone(found)

    async def stats(request: Request) -> Response:
        _refuse_strangers(request, read_token)
        days = _days(request)
        return await _given(served, "stats", lambda: reader.stats(days), days)

    async def unused(request: Request) -> Response:
        _refuse_strangers(request, read_token)
        days = _days(request)
        return await _given(served, "unused", lambda: reader.unused(days), days)

    async def metrics_text(request: Request) -> Response:
        _refuse_strangers(request, read_token)
        return await _given(served, "metrics", reader.metrics)

    def report(request: Request) -> Response:
        _refuse_strangers(request, read_token)
        try:
            page = (report_directory / REPORT).read_bytes()
        except OSError:
            return _json({"error": "there is no report yet; run 'auditor plan'"}, 404)
        policy = {"content-security-policy": report_policy(page)}
        return Response(page, media_type="text/html; charset=utf-8", headers=policy)

    application = Starlette(
        routes=[
            Route("/health", health),
            Route("/stats", stats),
            Route("/unused", unused),
            Route("/metrics", metrics_text),
            Route("/", report),
            Route("/components", deliveries.receive, methods=["POST", "OPTIONS"]),
        ],
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers={HTTPException: _refuse_request, Exception: _broken},
    )
    application.router.redirect_slashes = False  # an answer never rests on what a request says is our host
    return application


class _Reader:
    """Reads the ledger and says what is to be sent; an error of the ledger is an answer with 503."""

    def __init__(
        self,
        open_ledger: Callable[[], AbstractContextManager[LedgerAnswers]],
        now: Callable[[], datetime],
        deliveries: Deliveries,
        version: str,
        sources: Collection[str],
        min_watched: float,
        max_age: timedelta,
    ) -> None:
        self._open = open_ledger
        self._now = now
        self._deliveries = deliveries
        self._version = version
        self._sources = sources
        self._min_watched = min_watched
        self._max_age = max_age

    def health(self) -> Answer:
        try:
            with self._open() as ledger:
                found = ledger.health(now=self._now(), max_age=self._max_age)
        except AuditorError as error:
            return _down(str(error))
        return _answer(found, 200 if found.status == "ok" else 503)

    def stats(self, days: int) -> Answer:
        try:
            with self._open() as ledger:
                found = ledger.usage_stats(days, now=self._now())
        except AuditorError as error:
            return _answer({"error": str(error)}, 503)
        return _answer({"error": found.refusal}, 503) if found.refusal else _answer(found)

    def unused(self, days: int) -> Answer:
        try:
            with self._open() as ledger:
                found = ledger.unused(days, now=self._now(), min_watched=self._min_watched)
        except AuditorError as error:
            return _answer({"error": str(error)}, 503)
        refused = msgspec.structs.asdict(found) | {"error": found.refusal}
        return _answer(refused, 503) if found.refusal else _answer(found)

    def metrics(self) -> Answer:
        """Return the metrics; that the ledger cannot be read is one of them, as scrapers want it."""
        families = [
            metrics.Family("auditor_build_info", "gauge", "Version of auditor", [({"version": self._version}, 1.0)]),
            *self._deliveries.families(),
        ]
        try:
            with self._open() as ledger:
                found = ledger.health(now=self._now(), max_age=self._max_age)
            families += metrics.families_of_sources(found, self._sources)
            readable = 1.0
        except AuditorError:
            readable = 0.0
        families.append(
            metrics.Family("auditor_ledger_up", "gauge", "1: the ledger could be read; 0: not", [({}, readable)])
        )
        return Answer(200, metrics.exposition(families), metrics.MEDIA_TYPE)


async def _given(answers: Answers, name: str, read: Callable[[], Answer], days: int = 0) -> Response:
    retry: dict[str, str] = {}
    try:
        answer = await answers.give((name, days), read)
    except BusyError:
        retry = {"retry-after": "5"}
        answer = _down(_BUSY) if name == "health" else _answer({"error": _BUSY}, 503)
    return Response(answer.body, answer.status, retry, media_type=answer.media_type)


def _may_read(request: Request, token: str) -> bool:
    return not token or tokens.shown_in(request.headers.get("authorization", ""), token)


def _refuse_strangers(request: Request, token: str) -> None:
    if not _may_read(request, token):
        raise HTTPException(401, "this needs service.read_token, as 'Authorization: Bearer …'", tokens.CHALLENGE)


def _status_alone(health: Response) -> Response:
    """Return what a load balancer needs, and no names of sources."""
    return _json({"status": msgspec.json.decode(health.body)["status"]}, health.status_code)


def _days(request: Request) -> int:
    """Return the `days` asked for; raise HTTPException (400) with the mend for anything but a whole number of days."""
    given = request.query_params.getlist("days") or [str(DEFAULT_DAYS)]
    text = given[0]
    if len(given) == 1 and text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= MOST_DAYS:
        return int(text)
    raise HTTPException(400, f"days must be one whole number from 1 to {MOST_DAYS}, as in ?days={DEFAULT_DAYS}")


def _down(reason: str) -> Answer:
    """Answer for a ledger that is missing, locked or damaged: 503, as a monitor expects."""
    return _answer({"status": "down", "problems": [reason], "error": reason}, 503)


def _refuse_request(request: Request, error: Exception) -> Response:
    status, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "")
    if status == 404:
        detail = "no such page; there are /health, /stats, /unused, /metrics, /components and /"
    return _json({"error": detail}, status, dict(getattr(error, "headers", None) or {}))


def _broken(request: Request, error: Exception) -> Response:
    """Answer for a mistake of ours; what it was goes to the server's log, not to the client."""
    return _json({"error": "the service failed; its log says how"}, 500, HEADERS)


def _answer(document: object, status: int = 200) -> Answer:
    return Answer(status, msgspec.json.encode(document))


def _json(document: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(document), status, headers, media_type="application/json")
