"""`POST /components`: what browsers deliver of the components they rendered. In: requests. Out: lines in the spool.

The body is the JSON of one `model.component_export.ComponentExport`, as JSON or, as `sendBeacon` sends it without a
preflight, as plain text. Only pages of the configured origins may post, so often as one address may, and with the
token where one is configured: as `Authorization: Bearer`, or as the field `token` of the body, since `sendBeacon` sends
no headers. A refused delivery answers 4xx or 507 and says why, an accepted one 204; a page of a configured origin may
read either. Everything is checked before anything is kept. Never touches the ledger, never keeps the token.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, timedelta

import anyio
import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from auditor.model.component_export import ComponentExport
from auditor.model.days import day_of
from auditor.service import tokens
from auditor.service.metrics import Family
from auditor.service.rate_limit import RateLimit
from auditor.service.spool import ComponentSpool, SpoolFullError

MOST_BYTES = 64 * 1024
MOST_SECONDS = 30.0
OLDEST_DAYS = 400
_TYPES = ("application/json", "text/plain")
_LATER = {"retry-after": "3600"}
_PREFLIGHT = {
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": "content-type, authorization",
    "access-control-max-age": "86400",
}
_log = logging.getLogger("auditor.service")


class _Shown(msgspec.Struct):
    """The token that a body shows."""

    token: str = ""


class Deliveries:
    """Takes deliveries and counts how they were answered.

    Args:
        spool: Where accepted exports are kept.
        now: The clock; aware.
        origins: Whose pages may post, as in `https://shop.example`.
        token: What each must show; empty: nothing.
        a_minute: How many one address may make.
    """

    def __init__(
        self, spool: ComponentSpool, now: Callable[[], datetime], origins: Collection[str], token: str, a_minute: int
    ) -> None:
        self._spool = spool
        self._now = now
        self._origins = origins
        self._token = token
        self._limit = RateLimit(a_minute)
        self._answered: Counter[int] = Counter({204: 0})
        self._writers: anyio.CapacityLimiter | None = None

    async def receive(self, request: Request) -> Response:
        """Answer one request."""
        try:
            allowed = _cross_origin(request, self._origins)
            if request.method == "OPTIONS":
                return Response(status_code=204, headers={**allowed, **_PREFLIGHT})
            try:
                await self._take(request)
            except HTTPException as refused:
                headers = {**allowed, **(refused.headers or {})}
                raise HTTPException(refused.status_code, refused.detail, headers) from refused.__cause__
        except HTTPException as refused:
            self._answered[refused.status_code] += request.method == "POST"
            raise
        self._answered[204] += 1
        return Response(status_code=204, headers=allowed)

    def families(self) -> list[Family]:
        """Return what `/metrics` says of deliveries."""
        answered = [({"code": str(code)}, float(count)) for code, count in sorted(self._answered.items())]
        return [
            Family("auditor_component_deliveries_total", "counter", "Deliveries of browsers by the answer's status; "
                   "204: accepted", answered),
            Family("auditor_component_spool_bytes", "gauge", "Bytes of deliveries that are kept",
                   [({}, float(self._spool.size()))]),
            Family("auditor_component_spool_limit_bytes", "gauge", "Most bytes of deliveries that are kept",
                   [({}, float(self._spool.most_bytes))]),
        ]  # fmt: skip

    async def _take(self, request: Request) -> None:
        """Keep a delivery; raise HTTPException where it is refused."""
        seconds = self._limit.seconds_to_wait(request.client.host if request.client else None)
        if seconds:
            raise HTTPException(429, "too many deliveries from this address", {"retry-after": str(seconds)})
        body = await _body(request)
        self._refuse_strangers(request, body)
        export = _export(body, self._now())
        try:
            await self._keep(export)
        except SpoolFullError:
            _log.error("the spool of components is full; raise service.spool_megabytes, or move old files out of it")
            raise HTTPException(507, "the service has no room for more deliveries", _LATER) from None
        except OSError as error:
            _log.error("a delivery of components could not be kept: %s", error)
            raise HTTPException(507, "the service could not keep the delivery", _LATER) from error

    async def _keep(self, export: ComponentExport) -> None:
        """Append to the spool in few threads, so that an application around us keeps its own."""
        if self._writers is None:
            self._writers = anyio.CapacityLimiter(2)
        await anyio.to_thread.run_sync(self._spool.append, export, self._now(), limiter=self._writers)

    def _refuse_strangers(self, request: Request, body: bytes) -> None:
        if not self._token or tokens.shown_in(request.headers.get("authorization", ""), self._token):
            return
        try:
            shown = msgspec.json.decode(body, type=_Shown).token
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            shown = ""
        if not tokens.same(shown, self._token):
            raise HTTPException(
                401,
                "a delivery must show the token of service.token: configure({ token }) in the page",
                {"www-authenticate": 'Bearer realm="auditor"'},
            )


def _cross_origin(request: Request, origins: Collection[str]) -> dict[str, str]:
    """Return the headers that let the page read the answer; raise HTTPException (403) for any page not configured."""
    origin = request.headers.get("origin", "")
    if origin not in origins:
        raise HTTPException(
            403,
            "pages of this origin may not deliver here; name it in service.origins of the configuration",
            {"vary": "origin"},
        )
    return {
        "access-control-allow-origin": origin,
        "cross-origin-resource-policy": "cross-origin",
        "vary": "origin",
    }


async def _body(request: Request) -> bytes:
    """Return the body; raise HTTPException where it is of another type, or too long."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in _TYPES:
        raise HTTPException(415, f"the body must be {' or '.join(_TYPES)}")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise HTTPException(415, "the body must not be compressed")
    body = bytearray()
    try:
        async with asyncio.timeout(MOST_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > MOST_BYTES:
                    raise HTTPException(413, f"the body may have {MOST_BYTES} bytes", {"connection": "close"})
    except ClientDisconnect:
        raise HTTPException(400, "the body is not complete") from None
    except TimeoutError:
        raise HTTPException(408, "the body took too long", {"connection": "close"}) from None
    return bytes(body)


def _export(body: bytes, now: datetime) -> ComponentExport:
    """Return the export in a body; raise HTTPException (400) with what is wrong."""
    try:
        export = msgspec.json.decode(body, type=ComponentExport)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise HTTPException(400, f"this is no export of components: {error}") from None
    except RecursionError:
        raise HTTPException(400, "this is no export of components: it is nested too deeply") from None
    for wrong in _wrong(export, now):
        raise HTTPException(400, wrong)
    return export


def _wrong(export: ComponentExport, now: datetime) -> Iterator[str]:
    """Yield what the types do not say and yet cannot be."""
    if not export.undated and not any(any(origin.days.values()) or origin.lost for origin in export.origins):
        yield "the export holds no evidence: no component on any day"
    if export.undated and export.browser is None:
        yield "counts without days need the browser's id"
    today = day_of(now)
    for origin in export.origins:
        for day in (*origin.days, *origin.lost):
            if not today - timedelta(days=OLDEST_DAYS) <= day <= today + timedelta(days=1):
                yield f"{day}: days must lie between {OLDEST_DAYS} days ago and tomorrow, in UTC; today is {today}"
        for day, uses in origin.days.items():
            if not all(_is_on(day, use.first) and _is_on(day, use.last) for use in uses.values()):
                yield f"{day}: first and last must lie on the day of their count, in UTC"


def _is_on(day: date, moment: datetime | None) -> bool:
    return moment is None or day_of(moment) == day
