"""What a tracker delivers at once. In: nothing. Out: the frozen value that counters cut and sinks write. No I/O."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from auditor.tracking.layout import CALLS, USES

if TYPE_CHECKING:
    from auditor.tracking.sketches import UserSketch


_NONE: Mapping[Any, Any] = MappingProxyType({})


class Delta(NamedTuple):
    """Counts since the previous delta; never totals.

    Attributes:
        at: When it was cut, epoch seconds.
        since: When this process last delivered something, or began to count, epoch seconds; 0 where it is not known.
        started: When this process began to count, epoch seconds; 0 where it is not known.
        interval: Seconds between two deliveries where the sink takes them.
        version: Version of the application, empty where it is not known.
        counts: Kind (one of `layout.KINDS`) -> UTC day -> field -> count. Fields of `calls`, `probes` and `bots` are
            `layout.call_field(…)`, of `outcomes` and `durations` `layout.outcome_field(…)` and
            `layout.duration_field(…)`, of the others plain names.
        minutes: Epoch minutes (epoch seconds // 60) for which the counts of calls, with all before them, are complete.
        watched: The same for other kinds: kind -> epoch minutes.
        last: Usage key -> last seen, epoch seconds.
        lost: UTC day -> counts that were taken and cannot be delivered.
        users: UTC day -> usage key -> who used it, as a sketch.
        watching: The kinds of which the process sees every use, so that its silence means something.
        sequence: Number of the delta within its instance, from 1, ascending. A sink applies a number once, so a delta
            whose fate is unknown may be written again. 0: not numbered, applied each time it is written.
        closing: The last delta of an orderly exit.
    """

    at: float
    since: float = 0.0
    started: float = 0.0
    interval: float = 0.0
    version: str = ""
    counts: Mapping[str, Mapping[date, Mapping[str, int]]] = _NONE
    minutes: tuple[int, ...] = ()
    watched: Mapping[str, tuple[int, ...]] = _NONE
    last: Mapping[str, float] = _NONE
    lost: Mapping[date, int] = _NONE
    users: Mapping[date, Mapping[str, "UserSketch"]] = _NONE
    watching: tuple[str, ...] = (CALLS,)
    sequence: int = 0
    closing: bool = False

    def counted(self) -> dict[date, int]:
        """Return how many uses of any kind it carries for each UTC day."""
        totals: dict[date, int] = {}
        for kind in USES:
            for day, fields in self.counts.get(kind, {}).items():
                totals[day] = totals.get(day, 0) + sum(fields.values())
        return totals
