"""The period that is looked at. In: times. Out: a frozen struct. Never reads a clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec

from auditor.model.days import midnight


class Window(msgspec.Struct, frozen=True):
    """A period: half-open, aware UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Reject naive times and empty windows."""
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a window needs times with a time zone")
        if self.start >= self.end:
            raise ValueError(f"a window must end after it starts: {self.start} .. {self.end}")

    @classmethod
    def last_days(cls, days: int, now: datetime) -> Window:
        """Return the window of `days` times 24 hours that ends at `now`, both cut to the whole minute."""
        end = now.astimezone(UTC).replace(second=0, microsecond=0)
        return cls(end - timedelta(days=days), end)

    @property
    def days(self) -> float:
        """Length in days."""
        return (self.end - self.start) / timedelta(days=1)

    @property
    def minutes(self) -> int:
        """Length in whole minutes."""
        return int((self.end - self.start) / timedelta(minutes=1))

    def dates(self) -> tuple[date, ...]:
        """Return every UTC day the window touches, in order."""
        last = (self.end - timedelta(microseconds=1)).date()
        count = (last - self.start.date()).days + 1
        return tuple(self.start.date() + timedelta(days=n) for n in range(count))

    def full_days(self) -> tuple[date, ...]:
        """Return the UTC days that lie wholly inside the window, in order."""
        return tuple(
            day for day in self.dates() if self.start <= midnight(day) and midnight(day) + timedelta(days=1) <= self.end
        )
