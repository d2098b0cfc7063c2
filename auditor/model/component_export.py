"""What a browser delivers of the components it rendered, and the line that the service keeps of it.

In: nothing. Out: frozen structs that refuse what the browser's tracker never writes; their JSON form is that of
`auditor/tracking/browser` (`exportUsage()`) and of the service's spool. Counts are absolute per origin, UTC day and
name: the largest of several readings holds, and reading one twice changes nothing. Never reads a clock.

Format history: 1 (2026-11) first version.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

RandomId = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{32}\Z")]
ComponentName = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"\A[^\x00-\x1f\x7f]+\Z")]
Count = Annotated[int, msgspec.Meta(ge=1, le=10**12)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class ComponentUse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Absolute count of one component; first and last use where they are known."""

    count: Count
    first: Moment | None
    last: Moment | None

    def __post_init__(self) -> None:
        """Reject a last use before the first."""
        if self.first is not None and self.last is not None and self.last < self.first:
            raise ValueError("last lies before first")


class ComponentOrigin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one tab counted, by UTC day and component. `lost`: uses, at least, of which no count is left."""

    id: RandomId
    days: Mapping[date, Mapping[ComponentName, ComponentUse]]
    lost: Mapping[date, Count] = {}


class DroppedDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Up to which UTC day a browser dropped counts, and why."""

    through: date
    why: Annotated[str, msgspec.Meta(max_length=200)]


class ComponentExport(msgspec.Struct, frozen=True):
    """One delivery of one browser.

    `browser` is its random id. `undated` are counts that older trackers left: use at some time, and no more than that.
    `evidence` is "none" where nothing was ever recorded, which says nothing about what is unused. Further fields are
    summaries for people; they are left out.
    """

    format_version: Literal[1]
    exported_at: Moment
    evidence: Literal["days", "undated", "none"]
    browser: RandomId | None
    origins: tuple[ComponentOrigin, ...]
    undated: Mapping[ComponentName, ComponentUse] = {}
    dropped: DroppedDays | None = None


class ReceivedExport(msgspec.Struct, frozen=True):
    """A line of the spool: when the service received an export (aware UTC), and the export."""

    received_at: Moment
    export: ComponentExport
