"""What the files of one source add up to, and what may be concluded from it.

In: what each file held, read now or earlier. Out: watched minutes, problems, doubts and notes in one sentence each;
never a line's own text. A log proves that somebody watched only for the minutes in which it has a request from anyone,
unless its configuration says `complete`: then for every minute between its first and its last request.
"""

from collections.abc import Iterable
from datetime import timedelta

from auditor.model.days import first_second
from auditor.model.usage import WatchedDay
from auditor.model.window import Window
from auditor.tracking import layout
from auditor.usage.logs.counting import Counted, Tally
from auditor.usage.logs.marks import Skipped
from auditor.usage.minutes import watched_days
from auditor.usage.sources import one_line

_TOLERATED_SHARE = 0.01
_AHEAD = timedelta(hours=1)
"""How far the clock of a server may run ahead."""
_TIMELESS = (
    "carry no timestamp, so nothing can be said of any day; add one to the log's format "
    '(uvicorn: a log config with %(asctime)s and format = "uvicorn"; or the server\'s combined format), '
    "or mount the tracker"
)


class Evidence:
    """What the files of one source add up to so far."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.copies = self.shrunk = 0
        self._days = window.dates()
        self._fields: tuple[str, ...] = ()
        self._minutes: dict[int, int] = {}
        self._tally = Tally()
        self._first: int | None = None
        self._last: int | None = None
        self._shapes: list[str] = []
        self.sampled: str | None = None

    def add(self, counted: Counted, sampled: str | None) -> None:
        """Add a file that was read; `sampled` says why it holds only a part of the traffic."""
        for hour, minutes in counted.minutes.items():
            self._minutes[hour] = self._minutes.get(hour, 0) | minutes
        self._shapes += [shape for shape in counted.shapes if shape not in self._shapes][: 3 - len(self._shapes)]
        self._fields = self._fields or counted.fields_seen
        self.sampled = self.sampled or sampled
        self._add(counted.tally, counted.first, counted.last)

    def add_skipped(self, skipped: Skipped, sampled: str | None) -> None:
        """Add a file of which the ledger holds the counts and minutes."""
        self.sampled = self.sampled or sampled
        self._add(skipped.tally, skipped.mark.first, skipped.mark.last)

    def _add(self, tally: Tally, first: int | None, last: int | None) -> None:
        self._tally.add(tally)
        if first is not None and last is not None:
            self._first = first if self._first is None else min(self._first, first)
            self._last = last if self._last is None else max(self._last, last)

    def problem(self, files: int) -> str | None:
        """Return why the files are no evidence of absence and may be wrong altogether, None where they are well."""
        return self._emptiness(files) or self._wrong_clock()

    def _emptiness(self, files: int) -> str | None:
        tally = self._tally
        if tally.requests:
            return None
        if tally.timeless:
            return f"the {tally.timeless:,} requests in {files} files {_TIMELESS}"
        seen = f"; lines look like {self._shapes[0]!r}" if self._shapes else ""
        if self._fields:
            seen = f"; its fields are {', '.join(one_line(name, 40) for name in self._fields)}: name them in fields"
        return f"no evidence: no line of the {files} files is a request in the configured format{seen}"

    def _wrong_clock(self) -> str | None:
        latest = int((self.window.end + _AHEAD).timestamp())
        if self._last is None or self._last <= latest:
            return None
        hours = (self._last - int(self.window.end.timestamp())) / 3600
        return (
            f"requests are dated up to {hours:,.0f} h after this collection: the server's clock or the time zone is "
            "wrong, so no day can be trusted; mend the clock, set timezone, or take the file out of path"
        )

    def doubt(self) -> str | None:
        """Return why the files prove use but never absence, None where nothing speaks against them."""
        tally = self._tally
        if self.sampled:
            return f"only a part of the traffic is in it ({self.sampled}): such a log proves use, never absence"
        if tally.sampled:
            return f"{tally.sampled:,} lines are samples of more requests: such a log proves use, never absence"
        if tally.zoneless:
            return (
                f"{tally.zoneless:,} requests have a time without a zone and were read as UTC: such a log proves use, "
                'never absence; set timezone, as in timezone = "Europe/Berlin", or log times with their zone'
            )
        missed = tally.unreadable + tally.timeless
        if missed > _TOLERATED_SHARE * (tally.requests + missed) and missed > 1:
            return (
                f"{missed:,} of {tally.requests + missed:,} requests cannot be read: "
                "such a log proves use, never absence; mend its format"
            )
        return None

    def notes(self) -> tuple[str, ...]:
        """Return what a reader should know of the lines, one sentence each."""
        tally, notes = self._tally, []
        if tally.unreadable:
            shapes = f", which look like {', '.join(map(repr, self._shapes))}" if self._shapes else ""
            notes.append(f"{tally.unreadable:,} lines cannot be read{shapes}")
        if tally.others:
            notes.append(f"{tally.others:,} lines are no requests and were left out")
        if tally.twice:
            notes.append(
                f"{tally.twice:,} requests were in an hour that the clock showed twice: they count in the first of the "
                "two, and neither counts as watched"
            )
        if self.copies:
            notes.append(f"{self.copies:,} files are copies of another and were left out")
        if self.shrunk:
            notes.append(f"{self.shrunk:,} files are shorter than when they were read before: what was counted stays")
        return tuple(notes)

    def watched(self, *, complete: bool, settles_after: timedelta) -> tuple[WatchedDay, ...]:
        """Return the watched minutes of the window's days.

        Args:
            complete: Minutes between the first and the last request were watched as well.
            settles_after: Younger minutes may still get lines, and are not watched yet.
        """
        minutes: Iterable[int] = (
            hour * 60 + minute for hour, bits in self._minutes.items() for minute in range(60) if bits >> minute & 1
        )
        if complete and self._first is not None and self._last is not None:
            start = first_second(self._days[0]) // 60
            end = start + len(self._days) * layout.MINUTES_A_DAY
            minutes = range(max(start, self._first // 60), min(end, self._last // 60 + 1))
        settled = int((self.window.end - settles_after).timestamp()) // 60 if settles_after else None
        return watched_days(minute for minute in minutes if settled is None or minute < settled)
