"""What older trackers left in a browser's localStorage: `component_usage_NAME`. In: a dump of it. Out: counts. No I/O.

A value is a bare whole number, or JSON with a count and perhaps the first and last use: as
`auditor/tracking/browser/src/legacy.ts` reads them in the browser. Such counts have no day: they prove use, at some
time, and nothing else.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

_PREFIX = "component_usage_"
_COUNT = re.compile(r"count|renders?|(render|usage|use|call|mount)_?counts?|calls|total", re.IGNORECASE)
_TIME = r"(_?(render(ed)?|use[d]?|seen|mount(ed)?))?(_?(at|time|timestamp))?"
_LAST = re.compile("last" + _TIME, re.IGNORECASE)
_MOST = 10**12
_SECONDS_BELOW = 1e11


class StoredUse(msgspec.Struct, frozen=True):
    """How often a component was used at some time, and when last, aware UTC, where that is known."""

    count: int
    last: datetime | None = None


def stored_uses(dump: Mapping[str, Any]) -> dict[str, StoredUse] | None:
    """Return the counts in an object of localStorage's keys and values by component; None where it is no such dump."""
    keys = [key for key in dump if key.startswith(_PREFIX)]
    if not keys:
        return None
    found = {key.removeprefix(_PREFIX): _use(dump[key]) for key in keys}
    return {name: use for name, use in found.items() if use is not None}


def _use(value: object) -> StoredUse | None:
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None
    if not isinstance(value, dict):
        value = {"count": value}
    count = _whole(_pick(value, _COUNT))
    return StoredUse(count, _moment(_pick(value, _LAST))) if count else None


def _pick(values: Mapping[str, Any], spelling: re.Pattern[str]) -> object:
    return next((value for name, value in values.items() if spelling.fullmatch(str(name))), None)


def _whole(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 14:
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MOST else 0


def _moment(value: object) -> datetime | None:
    """Return the time of ISO text with a zone, of epoch seconds or milliseconds; None where it is none of these."""
    try:
        if isinstance(value, str) and not value.isdigit():
            at = datetime.fromisoformat(value)
            return at.astimezone(UTC) if at.tzinfo else None
        seconds = float(value)  # type: ignore[arg-type] # what is no number raises
        return datetime.fromtimestamp(seconds if seconds < _SECONDS_BELOW else seconds / 1000, UTC) if seconds else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None
