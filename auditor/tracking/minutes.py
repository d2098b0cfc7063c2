"""Which minutes were watched. In: ticks (epoch seconds) of a living tracker. Out: whole epoch minutes, each once.

A minute is given out only when it is over, so that whatever was counted in it travels no later than its mark; the last,
unfinished one only at an orderly end. Time in which the process was frozen or tracking was off is never given out.
Not thread-safe: its owner locks. Never reads a clock.
"""


class WatchedMinutes:
    """Collects ranges of watched minutes between two deliveries.

    Args:
        allowance: Seconds between two ticks that still count as one life; more means the process was frozen.
        keep: How many minutes, the latest ones, are kept while they cannot be delivered.
    """

    def __init__(self, allowance: float, keep: int) -> None:
        self._allowance = allowance
        self._keep = keep
        self._since: int | None = None
        self._latest = 0.0
        self._paused = False
        self._ranges: list[tuple[int, int]] = []

    def tick(self, now: float) -> None:
        """Say that the tracker is alive and was on since the last tick."""
        minute = int(now // 60)
        if self._since is None:
            self._since = minute + 1 if self._paused else minute
        elif 0 <= now - self._latest <= self._allowance:
            self._finish(minute)
            self._since = max(self._since, minute)
        else:
            self._finish(int(self._latest // 60))
            self._since = minute + 1
        self._paused = False
        self._latest = now

    def pause(self, now: float) -> None:
        """Say that tracking is off since at least now; the current minute is not watched."""
        if self._since is not None and 0 <= now - self._latest <= self._allowance:
            self._finish(int(now // 60))
        self._since = None
        self._paused = True

    def end(self, now: float) -> None:
        """Give out the current minute as well: nothing will be counted in it any more."""
        self.tick(now)
        if self._since == int(now // 60):
            self._finish(self._since + 1)

    def take(self) -> tuple[int, ...]:
        """Return the minutes that are over and forget them."""
        ranges, self._ranges = self._ranges, []
        return tuple(minute for start, end in ranges for minute in range(start, end))[-self._keep :]

    def _finish(self, end: int) -> None:
        if self._since is None or end <= self._since:
            return
        start = max(self._since, end - self._keep)
        if self._ranges and self._ranges[-1][1] == start:
            start = self._ranges.pop()[0]
        self._ranges.append((start, end))
