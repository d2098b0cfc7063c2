"""When a logged request was, as SQL: the text of a time -> epoch seconds in UTC.

In: how a format writes its times, the configured time zone, the days wanted. Out: SQL expressions over a column
`clock`. Offsets that a line carries win over the configured zone. Never uses the session's time zone or the machine's.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from auditor.model.days import EARLIEST, midnight

ClockForm = Literal["common", "any"]
"""How times are written: as in the common log format, always with an offset; or any way that is known."""

_HOUR = 3600
_LAST = 32_503_680_000
"""Epoch seconds of the year 3000: later times are numbers of something else."""
_ISO = r"^(\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2})(?:[.,]\d+)?\s*(Z|z|UTC|GMT|[+-]\d{2}:?\d{2})?$"
_BASE, _ZONE = f"regexp_extract(clock, '{_ISO}', 1)", f"regexp_extract(clock, '{_ISO}', 2)"
_WITH_OFFSET = (
    "CASE WHEN length(clock) > 19 AND (ends_with(clock, 'Z') OR clock[-3] = ':' AND clock[-6] IN ('+', '-')) "
    "THEN clock END"
)
_COMMON = "'%d/%b/%Y:%H:%M:%S %z'"
_LOCAL = "['%d/%b/%Y:%H:%M:%S', '%d/%b/%Y %H:%M:%S']"

NEVER = "NULL::BIGINT"
"""No time goes the short way."""
_OFFSETS = re.compile(rb"\d[Tt ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(Z|[+-]\d\d:\d\d)")
_MOST_OFFSETS = 3
_LENGTHS = (20, 35)
"""Of an ISO time with an offset, up to nanoseconds."""

NUMBER: dict[ClockForm, str] = {"common": "NULL::DOUBLE", "any": "try_cast(clock AS DOUBLE)"}
"""A time that is a number, NULL for others."""

SECONDS = (
    "CASE WHEN number >= 1e17 THEN number / 1e9 WHEN number >= 1e14 THEN number / 1e6 "
    "WHEN number >= 1e11 THEN number / 1e3 ELSE number END"
)
"""Epoch seconds of a column `number` of seconds, milliseconds, microseconds or nanoseconds: by its size."""

ZONED: dict[ClockForm, str] = {
    "common": "epoch(try_strptime(clock, '%d/%b/%Y:%H:%M:%S %z] '))",
    "any": f"""coalesce(epoch(try_cast({_WITH_OFFSET} AS TIMESTAMPTZ)), CASE WHEN {_ZONE} <> ''
        THEN epoch(try_cast({_BASE} AS TIMESTAMP)) - CASE WHEN {_ZONE}[1] IN ('+', '-')
            THEN ({_ZONE}[1] || '1')::INTEGER * ({_ZONE}[2:3]::INTEGER * 3600 + {_ZONE}[-2:]::INTEGER * 60) ELSE 0 END
        ELSE epoch(try_strptime(clock, {_COMMON})) END)""",
}
"""Epoch seconds of a time that is a text and says where it is, NULL for others."""

LOCAL: dict[ClockForm, str] = {
    "common": "NULL::DOUBLE",
    "any": f"CASE WHEN {_BASE} <> '' THEN epoch(try_cast({_BASE} AS TIMESTAMP))"
    f" ELSE epoch(try_strptime(clock, {_LOCAL})) END",
}
"""Seconds of a time that does not say where it is, as if it were UTC."""


def quick(lines: Iterable[bytes]) -> str:
    """Return the expression of the whole epoch seconds of ISO times with one of the offsets that some lines have.

    NULL for all other times: it only spares the long way that `ZONED` goes.
    """
    seen = Counter(found[1] for line in lines for found in _OFFSETS.finditer(line))
    local = "epoch_us(try_cast(substr(clock, 1, 19) AS TIMESTAMP)) // 1000000"
    cases = []
    for offset, _ in seen.most_common(_MOST_OFFSETS):
        text = offset.decode()
        seconds = 0 if text == "Z" else (int(text[1:3]) * 60 + int(text[4:])) * (-60 if text[0] == "-" else 60)
        cases.append(f"WHEN ends_with(clock, '{text}') THEN {local} - {seconds}")
    if not cases:
        return NEVER
    return f"CASE WHEN strlen(clock) BETWEEN {_LENGTHS[0]} AND {_LENGTHS[1]} THEN CASE {' '.join(cases)} END END"


def possible(seconds: str) -> str:
    """Return the expression as whole seconds, NULL where it can be no time of a log."""
    return f"CASE WHEN {seconds} BETWEEN {EARLIEST} AND {_LAST} THEN floor({seconds})::BIGINT END"


class Zone(msgspec.Struct, frozen=True):
    """How one zone's clock went around the days wanted.

    Attributes:
        offsets: (local seconds until which, seconds east of UTC), in order; the last one holds for good.
        folds: Spans of local seconds, half-open, that the clock went through twice.
    """

    offsets: tuple[tuple[int, int], ...] = ((_LAST, 0),)
    folds: tuple[tuple[int, int], ...] = ()

    def utc(self, local: str) -> str:
        """Return the expression of the UTC seconds of local ones; of an hour that came twice, the first."""
        cases = " ".join(f"WHEN {local} < {until} THEN {offset}" for until, offset in self.offsets[:-1])
        last = self.offsets[-1][1]
        return f"{local} - CASE {cases} ELSE {last} END" if cases else f"{local} - {last}"

    def twice(self, local: str) -> str:
        """Return the condition that local seconds may mean two moments."""
        return " OR ".join(f"{local} >= {start} AND {local} < {end}" for start, end in self.folds) or "false"


def zone(name: str, days: Sequence[date]) -> Zone:
    """Return how the clock of an IANA zone goes on and around `days`; that of UTC where `name` is empty.

    Raises:
        ZoneInfoNotFoundError: There is no such zone.
    """
    if not name:
        return Zone()
    info = ZoneInfo(name)
    moment = midnight(days[0]) - timedelta(days=2)
    end = midnight(days[-1]) + timedelta(days=3)
    offsets: list[tuple[int, int]] = []
    folds: list[tuple[int, int]] = []
    before = _offset(info, moment)
    while moment < end:
        after = _offset(info, moment + timedelta(hours=1))
        if after != before:
            change = _change(info, moment, before)
            offsets.append((change + max(before, after), before))
            if after < before:
                folds.append((change + after, change + before))
        moment, before = moment + timedelta(hours=1), after
    return Zone((*offsets, (_LAST, before)), tuple(folds))


def _offset(info: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(info).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _change(info: ZoneInfo, moment: datetime, before: int) -> int:
    """Return the epoch second in the hour after `moment` at which the offset is no longer `before`."""
    low, high = 0, _HOUR
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(info, moment + timedelta(seconds=middle)) == before:
            low = middle
        else:
            high = middle
    return int(moment.timestamp()) + high
