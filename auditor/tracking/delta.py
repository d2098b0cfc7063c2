"""What a tracker delivers at once. In: nothing. Out: the frozen value that counters cut and sinks write. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

KINDS = ("calls", "components", "tasks", "functions")


@dataclass(frozen=True)
class Delta:
    """Counts since the previous delta; never totals.

    Attributes:
        at: When it was cut, epoch seconds.
        version: Version of the application, empty where it is not known.
        counts: Kind (one of `KINDS`) -> UTC day -> field -> count. Fields of `calls` are `layout.call_field(…)`, of
            the others plain names.
        minutes: Epoch minutes (epoch seconds // 60) for which these counts, with all before them, are complete.
        last: Usage key -> last seen, epoch seconds.
        lost: UTC day -> counts that were taken and cannot be delivered.
        sequence: Number of the delta within its instance, from 1, ascending. A sink applies a number once, so a delta
            whose fate is unknown may be written again. 0: not numbered, applied each time it is written.
        closing: The last delta of an orderly exit.
    """

    at: float
    version: str = ""
    counts: Mapping[str, Mapping[date, Mapping[str, int]]] = field(default_factory=dict)
    minutes: tuple[int, ...] = ()
    last: Mapping[str, float] = field(default_factory=dict)
    lost: Mapping[date, int] = field(default_factory=dict)
    sequence: int = 0
    closing: bool = False

    def counted(self) -> dict[date, int]:
        """Return how many counts of any kind it carries for each UTC day."""
        totals: dict[date, int] = {}
        for days in self.counts.values():
            for day, fields in days.items():
                totals[day] = totals.get(day, 0) + sum(fields.values())
        return totals
