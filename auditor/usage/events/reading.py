"""The files of an event log, line by line, to samples, claims and what is to be said of them.

In: files, where their fields are, a window. Out: samples by file, claimed ids, watched minutes, notes, doubts. Never
keeps a line's own text.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from auditor.model.usage import MINUTES_A_DAY, UsageKind, UsageSample, WatchedDay, Window
from auditor.usage.events.claims import Claim, Claims
from auditor.usage.events.fields import Event, EventFields
from auditor.usage.events.names import refusal
from auditor.usage.events.tally import FileTally
from auditor.usage.logs.identity import LogFile, opened
from auditor.usage.sources import one_line

MOST_NAMES = 10_000
_TOLERATED_SHARE = 0.01
_LONGEST_LINE = 1 << 20
_CHUNK = 1 << 18
_SHOWN = 400
_BLANK = b" \t\r\0\xef\xbb\xbf"
_SECONDS_A_DAY = 86400
_MOST_SHAPES = 3


class Reading:
    """What the files read so far add up to.

    Args:
        window: Events of the UTC days that it touches count.
        kind: What the names of the events name.
        app: Name of the application: it keys the sketches of users.
        fields: Where the fields are.
        claims: Which file counts an event.
    """

    def __init__(self, window: Window, kind: UsageKind, app: str, fields: EventFields, claims: Claims) -> None:
        self.window = window
        self.claims = claims
        self.samples: list[UsageSample] = []
        self.copies = 0
        self.has_ids_for_names = False
        self._kind: UsageKind = kind
        self._app = app
        self._fields = fields
        self._tallies: dict[int, FileTally] = {}
        self._without_id = 0
        days = window.dates()
        self._start = int(datetime(*days[0].timetuple()[:3], tzinfo=UTC).timestamp())
        self._end = self._start + len(days) * _SECONDS_A_DAY
        self._dates = {self._start // _SECONDS_A_DAY + number: day for number, day in enumerate(days)}
        self._names: set[str] = set()
        self._minutes: set[int] = set()
        self._first: int | None = None
        self._last: int | None = None
        self._events = self._within = self._unreadable = self._timeless = self._nameless = self._zoneless = 0
        self._personal = self._unfit = self._repeated = self._elsewhere = self._unknown = self._doubtful = 0
        self._begun_without_id = 0
        self._hours_given_up = self._users_given_up = False
        self._shapes: list[str] = []

    def read(self, files: Sequence[LogFile]) -> str | None:
        """Add every file; return what is wrong with the first that cannot be read."""
        problem = None
        for file in files:
            self._without_id = self.claims.open(file.fingerprint)
            self._tallies = {}
            try:
                self._read(file)
            except OSError as error:
                problem = problem or f"{file.path} cannot be read: {why(error)}"
            if self.has_ids_for_names:
                return problem
            self._close()
        return problem

    def _close(self) -> None:
        """Make samples of what was read of a file."""
        origins = self.claims.close()
        by_origin: dict[str, FileTally] = {}
        for owner, tally in sorted(self._tallies.items()):
            if (origin := origins[owner]) in by_origin:
                by_origin[origin].absorb(tally)
            else:
                by_origin[origin] = tally
        for origin, tally in by_origin.items():
            self.samples += tally.samples(origin)
            self._hours_given_up |= tally.hours_given_up
            self._users_given_up |= tally.users_given_up

    def _read(self, file: LogFile) -> None:
        for line, whole in _lines(file.path):
            try:
                event = self._fields.event(line)
            except ValueError:
                if whole:  # else a write under way
                    self._unreadable += 1
                    self._show(line)
                continue
            if event is None:
                self._timeless += 1
                self._show(line)
            elif not event.names:
                self._nameless += 1
            else:
                self._add(event)
                if self.has_ids_for_names:
                    return

    def _add(self, event: Event) -> None:
        self._events += 1
        self._zoneless += event.zoneless
        if self._first is None or event.at < self._first:
            self._first = event.at
        if self._last is None or event.at > self._last:
            self._last = event.at
        if not self._start <= event.at < self._end:
            return
        self._within += 1
        self._doubtful += event.doubtful
        self._unknown += event.outcome == "unknown"
        self._begun_without_id += event.outcome == "begun" and not event.uuid
        day = self._dates[event.at // _SECONDS_A_DAY]
        for name in event.names:
            kept = name if isinstance(name, str) and name in self._names else self._checked(name)
            if kept is not None:
                self._minutes.add(event.at // 60)
                self._count(kept, event, day)

    def _count(self, name: str, event: Event, day: date) -> None:
        claim, owner = Claim.FIRST, self._without_id
        if event.uuid:
            claim = self.claims.claim(event.uuid, name, day, ended=event.outcome != "begun")
            owner = self.claims.owner
        if claim is Claim.ELSEWHERE:
            self._elsewhere += 1
        elif claim is Claim.REPEATED:
            self._repeated += 1
        else:
            tally = self._tallies.get(owner)
            if tally is None:
                tally = self._tallies[owner] = FileTally(self._kind, self._app)
            tally.add(name, event, counts=claim is Claim.FIRST)

    def _checked(self, name: object) -> str | None:
        """Return the name if it may be kept, None if not; remember it if so, in bounds."""
        if isinstance(name, dict):
            name = name.get("name")
        refused = refusal(name)
        self._personal += refused == "personal"
        self._unfit += refused == "unfit"
        if refused or not isinstance(name, str):
            return None
        if len(self._names) >= MOST_NAMES:
            self.has_ids_for_names = True
            return None
        self._names.add(name)
        return name

    def _show(self, line: bytes) -> None:
        """Keep what a line looks like: every word as `a`, every number as `9`."""
        if len(self._shapes) < _MOST_SHAPES:
            text = line[:_SHOWN].decode("utf-8", "replace")
            shape = one_line(re.sub(r"\w+", lambda word: "9" if word[0].isdigit() else "a", text), 60)
            if shape not in self._shapes:
                self._shapes.append(shape)

    def emptiness(self, files: int) -> str | None:
        """Return why the files are no evidence at all, None where they hold an event of the window's days."""
        if self._names:
            return None
        if self._within:
            return f"no evidence: none of {self._within:,} events names a {self._kind} that may be kept"
        if self._last is not None:
            last = datetime.fromtimestamp(self._last, UTC)
            return f"no evidence: the {self._events:,} events in {files} files are of other days, up to {last:%Y-%m-%d}"
        if self._timeless:
            return (
                f"no evidence: {self._timeless:,} lines in {files} files have no time, so nothing can be said of any "
                "day; write occurred_at, or name its field in fields"
            )
        if self._nameless:
            return f"no evidence: {self._nameless:,} lines name no {self._kind}; name the field that does in fields"
        seen = f"; lines look like {self._shapes[0]!r}" if self._shapes else ""
        return f"no evidence: no {self._kind} is recorded in {files} files{seen}"

    def doubt(self) -> str | None:
        """Return why the files prove use but never absence, None where nothing speaks against them."""
        if self._zoneless:
            return (
                f"{self._zoneless:,} events have a time without a zone and were read as UTC: such a log proves use, "
                "never absence; write times with a zone, or say in timezone which it is"
            )
        missed = self._unreadable + self._timeless + self._personal + self._unfit
        if missed > 1 and missed > _TOLERATED_SHARE * (self._events + self._unreadable + self._timeless):
            return f"{missed:,} events cannot be counted: such a log proves use, never absence; mend its format"
        return None

    def notes(self) -> tuple[str, ...]:
        """Return what a reader should know of the lines, one sentence each; never a line's own text."""
        shapes = f", which look like {', '.join(map(repr, self._shapes))}" if self._shapes else ""
        said = (
            (self._unreadable + self._timeless, f"lines have no JSON object or no time{shapes}"),
            (self._nameless, f"lines name no {self._kind} and were left out"),
            (self._personal, "names look like ids or addresses of people and were not kept"),
            (self._unfit, "names are no short printable text and were not kept"),
            (self._elsewhere, "events were counted from another file already"),
            (self._repeated, "lines repeat the id and name of an event in the same file, and count once"),
            (self._begun_without_id, "lines tell of a beginning without an id: beside one of the end they count twice"),
            (self._unknown, "events end with a word that is not known: they count as neither succeeded nor failed"),
            (self._doubtful, "durations or costs cannot be meant and were left out"),
            (self.copies, "files are copies of another and were left out"),
        )  # fmt: skip
        notes = [f"{number:,} {sentence}" for number, sentence in said if number]
        if self._hours_given_up:
            notes.append("there are too many names for counts by the hour; those by the day are complete")
        if self._users_given_up:
            notes.append("there are too many users for sketches of all; their numbers are lower bounds")
        return tuple(notes)

    def watched(self, complete: bool) -> tuple[WatchedDay, ...]:
        """Return the watched minutes of the window's days."""
        minutes = self._minutes
        if complete and self._first is not None and self._last is not None:
            minutes = set(range(max(self._start, self._first) // 60, min(self._end, self._last + 60) // 60))
        by_day: dict[int, set[int]] = {}
        for minute in minutes:
            by_day.setdefault(minute // MINUTES_A_DAY, set()).add(minute % MINUTES_A_DAY)
        return tuple(
            WatchedDay.of_minutes(date(1970, 1, 1) + timedelta(days=day), watched)
            for day, watched in sorted(by_day.items())
        )


def _lines(path: Path) -> Iterator[tuple[bytes, bool]]:
    """Yield each line that is not blank, and whether it ends as a line does; of one that is too long, its beginning."""
    with opened(path) as stream:
        rest = b""
        skips = False
        while chunk := stream.read(_CHUNK):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                if not skips and (cleaned := line.strip(_BLANK)):
                    yield cleaned, True
                skips = False
            if len(rest) > _LONGEST_LINE:
                if not skips:
                    yield rest[:_SHOWN], True
                rest, skips = b"", True
        if not skips and (cleaned := rest.strip(_BLANK)):
            yield cleaned, False


def why(error: OSError) -> str:
    """Return in a few words why a file cannot be read."""
    return error.strerror or one_line(error) or "it is damaged"
