"""What other programs' counters add up to. In: what keys say, counts, moments. Out: samples, totals, notes.

Days and hours are those of the program's own zone on the way in and UTC on the way out. What several keys say of one
usage key adds up. Never reads a source, and never lets a key's text out.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo

from auditor.config.key_patterns import Said
from auditor.model.measures import HourlyUse
from auditor.model.usage import UsageSample, UsageTotal
from auditor.model.window import Window
from auditor.usage.told_keys import ToldKeys

_LARGEST = 2**53


class ForeignCounts:
    """Counts read so far.

    `named` are the usage keys that `names` gave.

    Args:
        window: Only its UTC days count.
        keys: What the counters' names name.
        zone: Of the days and hours in the keys.
    """

    def __init__(self, window: Window, keys: ToldKeys, zone: tzinfo) -> None:
        self.days = frozenset(window.dates())
        self.left_out: Counter[str] = Counter()
        self._keys = keys
        self._zone = zone
        self._counts: dict[tuple[str, date], int] = {}
        self._hours: dict[tuple[str, date], dict[int, int]] = {}
        self._totals: dict[str, int] = {}
        self.named: set[str] = set()
        self._last: dict[tuple[str, date], float] = {}

    def add(self, said: Said | None, count: int | None, *, hourly: bool = False) -> None:
        """Add what one key, or one field in it, counts; what cannot be read is only counted, in `left_out`."""
        if said is None or count is None:
            self.left_out["are not written like the pattern" if said is None else "hold no count"] += 1
            return
        names = self._keys.of(said.texts)
        if not names:
            self.left_out["name nothing that can be told"] += 1
        for name in names if count else ():
            if said.when is None:
                self._totals[name] = self._totals.get(name, 0) + count
            else:
                self._add_dated(name, said.when, count, hourly)

    def add_hour(self, names: Iterable[str], day: date, hour: int, count: int, last: float) -> None:
        """Add what was counted in a UTC hour; `last` is the last of it, epoch seconds."""
        for name in names:
            self._count(name, day, hour, count)
            self._last[name, day] = max(last, self._last.get((name, day), last))

    def add_undated(self, names: Iterable[str], count: int) -> None:
        """Add uses of which no time is known."""
        for name in names:
            self._totals[name] = self._totals.get(name, 0) + count

    def names(self, said: Said) -> tuple[str, ...]:
        """Return the usage keys that a key names."""
        found = self._keys.of(said.texts)
        self.named.update(found)
        return found

    def samples(self) -> tuple[UsageSample, ...]:
        """Return one sample a key and UTC day, sorted."""
        return tuple(
            UsageSample(
                name, self._keys.kind, day, count, last_seen=self._seen(name, day),
                hours={hour: HourlyUse(count=n) for hour, n in sorted(self._hours.get((name, day), {}).items())},
            )
            for (name, day), count in sorted(self._counts.items())
        )  # fmt: skip

    def totals(self) -> tuple[UsageTotal, ...]:
        """Return one total a key without any day, sorted."""
        return tuple(UsageTotal(name, self._keys.kind, count) for name, count in sorted(self._totals.items()))

    def notes(self) -> tuple[str, ...]:
        """Return what was left out, one sentence a reason."""
        return tuple(
            f"left out, as they {why}: {count:,} of its counts" for why, count in sorted(self.left_out.items())
        )

    def _add_dated(self, name: str, when: datetime, count: int, hourly: bool) -> None:
        """Count in the UTC hour, or on the UTC day, that most of the program's own one lies in."""
        middle = timedelta(minutes=30) if hourly else timedelta(hours=12)
        moment = (when + middle).replace(tzinfo=self._zone).astimezone(UTC)
        self._count(name, moment.date(), moment.hour if hourly else None, count)

    def _count(self, name: str, day: date, hour: int | None, count: int) -> None:
        if day not in self.days:
            return
        self._counts[name, day] = self._counts.get((name, day), 0) + count
        if hour is not None:
            hours = self._hours.setdefault((name, day), {})
            hours[hour] = hours.get(hour, 0) + count

    def _seen(self, name: str, day: date) -> datetime | None:
        last = self._last.get((name, day))
        return None if last is None else datetime.fromtimestamp(last, UTC)


def whole(value: object) -> int | None:
    """Return the count that a string, field or score holds, None where it holds none; 0 and more, and bounded."""
    try:
        number = float(value)  # type: ignore[arg-type] # whatever a server answers
    except (TypeError, ValueError):
        return None
    return int(number) if 0 <= number <= _LARGEST else None
