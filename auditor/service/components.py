"""`POST /components`: what browsers deliver of the components they rendered. In: requests. Out: lines in the spool.

The body is the JSON of one `model.component_export.ComponentExport`, as JSON or, as `sendBeacon` sends it without a
preflight, as plain text. Only pages of the configured origins may post; a refused delivery answers 4xx or 507 and
says why, an accepted one 204. Everything is checked before anything is kept. Never touches the ledger.
"""

import logging
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime, timedelta

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from auditor.model.component_export import ComponentExport
from auditor.service.spool import ComponentSpool, SpoolFullError

MOST_BYTES = 64 * 1024
OLDEST_DAYS = 400
_TYPES = ("application/json", "text/plain")
_RETRY_SECONDS = "3600"
_log = logging.getLogger("auditor.service")


def components_route(spool: ComponentSpool, origins: Collection[str], now: Callable[[], datetime]) -> Route:
    """Return the route.

    Args:
        spool: Where accepted exports are kept.
        origins: Whose pages may post, as in `https://shop.example`.
        now: The clock; aware.
    """

    async def components(request: Request) -> Response:
        allowed = _cross_origin(request, origins)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={**allowed, **_PREFLIGHT})
        try:
            export = _export(await _body(request), now())
            await run_in_threadpool(spool.append, export, now())
        except HTTPException as refused:
            raise HTTPException(refused.status_code, refused.detail, {**allowed, **(refused.headers or {})}) from None
        except SpoolFullError:
            _log.error("the spool of components is full; raise service.spool_megabytes, or move old files out of it")
            raise HTTPException(507, "the service has no room for more deliveries", {**allowed, **_LATER}) from None
        except OSError as error:
            _log.error("a delivery of components could not be kept: %s", error)
            raise HTTPException(507, "the service could not keep the delivery", {**allowed, **_LATER}) from error
        return Response(status_code=204, headers=allowed)

    return Route("/components", components, methods=["POST", "OPTIONS"])


_PREFLIGHT = {
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": "content-type",
    "access-control-max-age": "86400",
}
_LATER = {"retry-after": _RETRY_SECONDS}


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
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > MOST_BYTES:
                raise HTTPException(413, f"the body may have {MOST_BYTES} bytes", {"connection": "close"})
    except ClientDisconnect:
        raise HTTPException(400, "the body is not complete") from None
    return body


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
    today = now.astimezone(UTC).date()
    for origin in export.origins:
        for day in (*origin.days, *origin.lost):
            if not today - timedelta(days=OLDEST_DAYS) <= day <= today + timedelta(days=1):
                yield f"{day}: days must lie between {OLDEST_DAYS} days ago and tomorrow, in UTC; today is {today}"
        for day, uses in origin.days.items():
            if not all(_is_on(day, use.first) and _is_on(day, use.last) for use in uses.values()):
                yield f"{day}: first and last must lie on the day of their count, in UTC"


def _is_on(day: date, moment: datetime | None) -> bool:
    return moment is None or moment.astimezone(UTC).date() == day
