"""What is counted of an event log's lines beside the uses, and what it says of the log. No I/O; never a line's text."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from auditor.model.usage import UsageKind

_TOLERATED_SHARE = 0.01


class Numbers(msgspec.Struct):
    """How many lines, events and names there are of each sort.

    Attributes:
        events: Lines that tell of a use, on any day.
        within: Events of the window's days.
        kept: Names in them that may be kept.
        unreadable: Lines that are no JSON object.
        timeless: Lines without a time.
        nameless: Lines that name nothing of the kind.
        zoneless: Events whose time has no zone.
        personal: Names that look like ids or addresses.
        unfit: Names that are no short printable text.
        repeated: Lines that repeat an event of their file.
        elsewhere: Events that another file counted.
        unknown: Events that end with an unknown word.
        doubtful: Durations and costs that cannot be meant.
        begun: Events that only began and have no id.
    """

    events: int = 0
    within: int = 0
    kept: int = 0
    unreadable: int = 0
    timeless: int = 0
    nameless: int = 0
    zoneless: int = 0
    personal: int = 0
    unfit: int = 0
    repeated: int = 0
    elsewhere: int = 0
    unknown: int = 0
    doubtful: int = 0
    begun: int = 0

    def add(self, other: "Numbers") -> None:
        """Add those of another file."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def emptiness(self, kind: UsageKind, files: int, last: int | None, shapes: Sequence[str]) -> str | None:
        """Return why there is no evidence at all, None where there is an event of the window's days.

        Args:
            kind: What is looked for.
            files: How many files there are.
            last: Time of the last event, epoch seconds.
            shapes: What lines look like that cannot be read.
        """
        if self.kept:
            return None
        if self.within:
            return f"no evidence: none of {self.within:,} events names a {kind} that may be kept"
        if last is not None:
            day = datetime.fromtimestamp(last, UTC).date()
            return f"no evidence: the {self.events:,} events in {files} files are of other days, up to {day}"
        if self.timeless:
            return (
                f"no evidence: {self.timeless:,} lines in {files} files have no time, so nothing can be said of any "
                "day; write occurred_at, or name its field in fields"
            )
        if self.nameless:
            return f"no evidence: {self.nameless:,} lines name no {kind}; name the field that does in fields"
        seen = f"; lines look like {shapes[0]!r}" if shapes else ""
        return f"no evidence: no {kind} is recorded in {files} files{seen}"

    def doubt(self) -> str | None:
        """Return why the files prove use but never absence, None where nothing speaks against them."""
        if self.zoneless:
            return (
                f"{self.zoneless:,} events have a time without a zone and were read as UTC: such a log proves use, "
                "never absence; write times with a zone, or say in timezone which it is"
            )
        missed = self.unreadable + self.timeless + self.personal + self.unfit
        if missed > 1 and missed > _TOLERATED_SHARE * (self.events + self.unreadable + self.timeless):
            return f"{missed:,} events cannot be counted: such a log proves use, never absence; mend its format"
        return None

    def notes(self, kind: UsageKind, shapes: Sequence[str]) -> list[str]:
        """Return what a reader should know of the lines, one sentence each."""
        seen = f", which look like {', '.join(map(repr, shapes))}" if shapes else ""
        said = (
            (self.unreadable + self.timeless, f"lines have no JSON object or no time{seen}"),
            (self.nameless, f"lines name no {kind} and were left out"),
            (self.personal, "names look like ids or addresses of people and were not kept"),
            (self.unfit, "names are no short printable text and were not kept"),
            (self.elsewhere, "events were counted from another file already"),
            (self.repeated, "lines repeat the id and name of an event in the same file, and count once"),
            (self.begun, "lines tell of a beginning without an id: beside one of the end they count twice"),
            (self.unknown, "events end with a word that is not known: they count as neither succeeded nor failed"),
            (self.doubtful, "durations or costs cannot be meant and were left out"),
        )
        return [f"{number:,} {sentence}" for number, sentence in said if number]
