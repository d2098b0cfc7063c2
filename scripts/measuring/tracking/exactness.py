"""Whether what was sent is what Redis holds. In: requests by field, a Redis. Out: a `Verdict`; never a time."""

from collections.abc import Mapping
from typing import NamedTuple

from auditor.tracking import layout
from measuring.tracking.serving import Redis


class Held(NamedTuple):
    """What a Redis holds of one app: counts by field, counts stated as lost, watched epoch minutes."""

    fields: Mapping[str, int]
    lost: int
    watched: frozenset[int]


class Verdict(NamedTuple):
    """`good` is false where a count is doubled, or missing without being stated."""

    good: bool
    text: str


def held(redis: Redis, app: str) -> Held:
    """Return what a Redis holds of an app, over all days."""
    top = layout.prefix(app)
    fields: dict[str, int] = {}
    for key in redis.ask("KEYS", f"{_escaped(top)}:calls:*"):
        for field, count in redis.ask("HGETALL", key).items():
            fields[field] = fields.get(field, 0) + int(count)
    lost = sum(int(redis.ask("GET", key)) for key in redis.ask("KEYS", f"{_escaped(top)}:lost:*"))
    watched = set()
    for key in redis.ask("KEYS", f"{_escaped(top)}:watched:*"):
        first = _first_minute(key.rpartition(":")[2])
        watched |= {first + minute for minute in redis.bits(key)}
    return Held(fields, lost, frozenset(watched))


def _escaped(text: str) -> str:
    return text.replace("[", "\\[").replace("*", "\\*").replace("?", "\\?")


def _first_minute(day: str) -> int:
    from datetime import UTC, datetime

    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) // 60


def settled(sent: Mapping[str, int], now: Held) -> bool:
    """Return whether all that was sent is held or stated as lost."""
    return sum(now.fields.values()) + now.lost >= sum(sent.values())


def judged(sent: Mapping[str, int], now: Held, lived: range) -> Verdict:
    """Judge what is held after the tracker's orderly end; it ran through all minutes of `lived`."""
    doubled = {field: count - sent.get(field, 0) for field, count in now.fields.items() if count > sent.get(field, 0)}
    missing = sum(sent.values()) - sum(now.fields.values())
    claimed = now.watched & set(lived)
    if doubled:
        field, more = max(doubled.items(), key=lambda one: one[1])
        return Verdict(False, f"{sum(doubled.values())} TOO MANY, as {more} of {field!r}")
    if missing == now.lost:
        unclaimed = len(lived) - len(claimed)
        if missing == 0 and unclaimed:
            return Verdict(False, f"{unclaimed} of {len(lived)} minutes NOT CLAIMED though all is stored")
        return Verdict(True, f"{missing} lost, and stated" if missing else "exact")
    if now.lost > missing:
        return Verdict(False, f"{now.lost} STATED AS LOST, {missing} are missing")
    if claimed:
        return Verdict(False, f"{missing - now.lost} GONE, and {len(claimed)} minutes claimed all the same")
    return Verdict(True, f"{missing - now.lost} gone, and no minute claimed")
