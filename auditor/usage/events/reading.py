"""The files of an event log, line by line, to samples, claims and what is to be said of them.

In: files, where their fields are, a window. Out: samples by file, claimed ids, watched minutes, notes, doubts. Never
keeps a line's own text.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from auditor.model.days import SECONDS_A_DAY, first_second
from auditor.model.ingestion import IngestMark
from auditor.model.usage import UsageKind, UsageSample, WatchedDay
from auditor.model.window import Window
from auditor.usage.events.claims import Claim, Claims
from auditor.usage.events.fields import Event, EventFields
from auditor.usage.events.marks import EventMarks
from auditor.usage.events.names import refusal
from auditor.usage.events.numbers import Numbers
from auditor.usage.events.tally import FileTally
from auditor.usage.file_globs import why
from auditor.usage.logs.identity import LogFile
from auditor.usage.logs.opening import opened
from auditor.usage.minutes import watched_days
from auditor.usage.sources import one_line

MOST_NAMES = 10_000
_LONGEST_LINE = 1 << 20
_CHUNK = 1 << 18
_SHOWN = 400
_BLANK = b" \t\r\0\xef\xbb\xbf"
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
        self.claims = claims
        self.samples: list[UsageSample] = []
        self.marks: list[IngestMark] = []
        self.numbers = Numbers()
        self.shapes: list[str] = []
        self.has_ids_for_names = False
        self.last: int | None = None
        self._first: int | None = None
        self._kind: UsageKind = kind
        self._app = app
        self._fields = fields
        days = window.dates()
        self._start = first_second(days[0])
        self._end = self._start + len(days) * SECONDS_A_DAY
        self._dates = {self._start // SECONDS_A_DAY + number: day for number, day in enumerate(days)}
        self._names: set[str] = set()
        self._minutes: set[int] = set()
        self._hours_given_up = self._users_given_up = False
        self._begin("")

    def _begin(self, fingerprint: str) -> None:
        """Begin with a file."""
        self._without_id = self.claims.open(fingerprint)
        self._tallies: dict[int, FileTally] = {}
        self._file = Numbers()
        self._first_in_file: int | None = None
        self._last_in_file: int | None = None

    def read(self, files: Sequence[LogFile], marks: EventMarks) -> str | None:
        """Add every file, those that are as they were by their marks; return what is wrong with the first sick one."""
        problem = None
        for file in files:
            self._begin(file.fingerprint)
            try:
                if (known := marks.unchanged(file)) is not None:
                    mark, numbers = known
                    self.numbers.add(numbers)
                    self._span(mark.first, mark.last)
                    continue
                seen = marks.look(file)
                self._read(file)
            except OSError as error:
                problem = problem or f"{file.path} cannot be read: {why(error)}"
            else:
                self.marks.append(marks.mark(file, seen, self._file, self._first_in_file, self._last_in_file))
            if self.has_ids_for_names:
                return problem
            self._close()
        return problem

    def _close(self) -> None:
        """Make samples of what was read of a file."""
        self.numbers.add(self._file)
        self._span(self._first_in_file, self._last_in_file)
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

    def _span(self, first: int | None, last: int | None) -> None:
        times = [at for at in (self._first, self.last, first, last) if at is not None]
        self._first, self.last = min(times, default=None), max(times, default=None)

    def _read(self, file: LogFile) -> None:
        for line, whole in _lines(file.path):
            try:
                event = self._fields.event(line)
            except ValueError:
                if whole:  # else a write under way
                    self._file.unreadable += 1
                    self._show(line)
                continue
            if event is None:
                self._file.timeless += 1
                self._show(line)
            elif not event.names:
                self._file.nameless += 1
            else:
                self._add(event)
                if self.has_ids_for_names:
                    return

    def _add(self, event: Event) -> None:
        numbers, at = self._file, event.at
        numbers.events += 1
        numbers.zoneless += event.zoneless
        if self._first_in_file is None or at < self._first_in_file:
            self._first_in_file = at
        if self._last_in_file is None or at > self._last_in_file:
            self._last_in_file = at
        if not self._start <= at < self._end:
            return
        numbers.within += 1
        numbers.doubtful += event.doubtful
        numbers.unknown += event.outcome == "unknown"
        numbers.begun += event.outcome == "begun" and not event.uuid
        day = self._dates[at // SECONDS_A_DAY]
        for name in event.names:
            kept = name if isinstance(name, str) and name in self._names else self._checked(name)
            if kept is not None:
                numbers.kept += 1
                self._minutes.add(at // 60)
                self._count(kept, event, day)

    def _count(self, name: str, event: Event, day: date) -> None:
        claim, owner = Claim.FIRST, self._without_id
        if event.uuid:
            claim = self.claims.claim(event.uuid, name, day, ended=event.outcome != "begun")
            owner = self.claims.owner
        if claim is Claim.ELSEWHERE:
            self._file.elsewhere += 1
        elif claim is Claim.REPEATED:
            self._file.repeated += 1
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
        self._file.personal += refused == "personal"
        self._file.unfit += refused == "unfit"
        if refused or not isinstance(name, str):
            return None
        if len(self._names) >= MOST_NAMES:
            self.has_ids_for_names = True
            return None
        self._names.add(name)
        return name

    def _show(self, line: bytes) -> None:
        """Keep what a line looks like: every word as `a`, every number as `9`."""
        if len(self.shapes) < _MOST_SHAPES:
            text = line[:_SHOWN].decode("utf-8", "replace")
            shape = one_line(re.sub(r"\w+", lambda word: "9" if word[0].isdigit() else "a", text), 60)
            if shape not in self.shapes:
                self.shapes.append(shape)

    def notes(self) -> list[str]:
        """Return what a reader should know of the files, one sentence each; never a line's own text."""
        notes = self.numbers.notes(self._kind, self.shapes)
        if self._hours_given_up:
            notes.append("there are too many names for counts by the hour; those by the day are complete")
        if self._users_given_up:
            notes.append("there are too many users for sketches of all; their numbers are lower bounds")
        return notes

    def watched(self, complete: bool) -> tuple[WatchedDay, ...]:
        """Return the watched minutes of the window's days."""
        minutes = self._minutes
        if complete and self._first is not None and self.last is not None:
            minutes = set(range(max(self._start, self._first) // 60, min(self._end, self.last + 60) // 60))
        return watched_days(minutes)


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
