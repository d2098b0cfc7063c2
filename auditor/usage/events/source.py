"""Logs of events, JSON lines -> a collection: which components, tools and agents ran, how they ended, what they cost.

In: a glob of files (rotated and compressed ones too), what the ledger knows of earlier collections. Out: one
`Collection` of daily counts by name. An event with an id counts once, in whichever files it is; one without counts
where it stands in its file, which is known again however it is renamed. Never keeps a message, a user or an id.

Events prove that somebody watched only for the minutes in which there is one, unless the configuration says
`complete`: then for every minute between the first and the last.
"""

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from auditor.config import SourceConfig
from auditor.model.ingestion import IngestedBefore
from auditor.model.usage import Collection, UsageKind
from auditor.model.window import Window
from auditor.usage.events.claims import Claims
from auditor.usage.events.fields import EventFields, configurable
from auditor.usage.events.marks import EventMarks
from auditor.usage.events.reading import MOST_NAMES, Reading
from auditor.usage.file_globs import expand, why
from auditor.usage.logs.identity import identify
from auditor.usage.sources import one_line

_AHEAD = 3600
"""Seconds that the clock of who writes may run ahead."""


class EventLogs:
    """The event logs that one configured glob names.

    Args:
        source: The configuration of a source of kind `events`.
        root: Directory that a relative glob starts from.
        app: Name of the application.
        before: Gives what the ledger holds of earlier collections; asked once for each.
    """

    def __init__(self, source: SourceConfig, root: Path, app: str, before: Callable[[], IngestedBefore]) -> None:
        self.name = source.name
        self._source = source
        self._root = root
        self._app = app
        self._before = before
        # Events name no endpoints: what the configuration leaves at its default are components.
        self._kind: UsageKind = "component" if source.counts == "endpoint" else source.counts

    def collect(self, window: Window) -> Collection:
        """Return the uses of every UTC day the window touches, by name and file."""
        known = configurable(self._kind)
        unknown = sorted(set(self._source.fields) - set(known))
        if unknown:
            return self._sick(window, f"fields names {one_line(unknown[0])!r}; it may name {', '.join(known)}")
        try:
            paths = expand(self._root, self._source.path)
            files, copies = identify(paths)
        except OSError as error:
            return self._sick(window, f"{error.filename or self._source.path} cannot be read: {why(error)}")
        if not paths:
            return self._sick(window, f"no evidence: no file matches {self._source.path} in {self._root}")
        zone = ZoneInfo(self._source.timezone) if self._source.timezone else None
        fields = EventFields(self._kind, self._source.fields, self._source.duration_unit, zone)
        before = self._before()
        reading = Reading(window, self._kind, self._app, fields, Claims(before.event_ids, window.dates()))
        # In the order of fingerprints: which file claims an event must not depend on what rotation calls it.
        ordered = sorted(files, key=lambda file: file.fingerprint)
        problem = reading.read(ordered, EventMarks(before.marks, self._source, self._app, window.dates()))
        problem = problem or reading.numbers.emptiness(self._kind, len(paths), reading.last, reading.shapes)
        problem = problem or _wrong_clock(reading.last, window)
        found = self._collection(reading, window, problem, before)
        copied = (f"{copies:,} files are copies of another and were left out",) if copies else ()
        return msgspec.structs.replace(found, notes=(*found.notes, *copied))

    def _collection(self, reading: Reading, window: Window, problem: str | None, before: IngestedBefore) -> Collection:
        if reading.has_ids_for_names:
            return self._sick(
                window,
                f"it holds more than {MOST_NAMES:,} different names: ids seem to be in them, so none was kept; "
                f"name the field that holds the {self._kind}'s name in fields",
            )
        doubt = reading.numbers.doubt() if problem is None else None
        trusted = problem is None and doubt is None
        ids = reading.claims.ids()
        watched = reading.watched(self._source.complete) if trusted else ()
        return Collection(
            self.name, window, samples=tuple(reading.samples), problem=problem,
            notes=(*reading.notes(), *filter(None, (doubt,))),
            only_for_use=doubt is not None or bool(self._source.sampled),
            watched_kinds={self._kind: watched} if watched else {},
            # A ledger does not keep the minutes of what it does not trust: such files are read again.
            marks=tuple(reading.marks) if trusted else (), event_ids=ids,
            known_version=before.version if ids or before.event_ids else None,
        )  # fmt: skip

    def _sick(self, window: Window, problem: str) -> Collection:
        return Collection(self.name, window, problem=problem)


def _wrong_clock(last: int | None, window: Window) -> str | None:
    """Return why no day can be trusted where events are dated after the collection, None where they are not."""
    ahead = 0 if last is None else last - int(window.end.timestamp())
    if ahead <= _AHEAD:
        return None
    return (
        f"events are dated up to {ahead / 3600:,.0f} h after this collection: a clock or the time zone is wrong, so no "
        "day can be trusted; mend the clock, set timezone, or take the file out of path"
    )
