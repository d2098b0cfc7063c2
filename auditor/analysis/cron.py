"""How rarely a cron line lets something run.

In: the fields of a cron line. Out: the longest time between two runs, in days. A period is an upper bound: a monthly
job has 31 days, so that two quiet weeks never make it look dead. Never looks at what is run.
"""

import re

YEARLY = 366.0
_EVERY_N = re.compile(r"\*/(\d+)")
_NAMED = {"@yearly": YEARLY, "@annually": YEARLY, "@monthly": 31.0, "@weekly": 7.0, "@daily": 1.0, "@midnight": 1.0,
          "@hourly": 1.0 / 24}  # fmt: skip


def cron_period(line: str) -> float | None:
    """Return the longest time between runs of a crontab line (`"0 3 1 * *"`, `"@monthly"`), None for anything else."""
    fields = line.split()
    if len(fields) == 1:
        return _NAMED.get(fields[0])
    if len(fields) != 5:
        return None
    return longest(hour=fields[1], day=fields[2], month=fields[3], weekday=fields[4])


def longest(*, hour: str, day: str, month: str, weekday: str) -> float:
    """Return the longest time between runs that fields of a cron line allow, in days."""
    if month not in ("*", "*/1"):
        return YEARLY
    if day not in ("*", "*/1", "?"):
        every = _EVERY_N.fullmatch(day)
        return float(every[1]) if every else 31.0
    if weekday not in ("*", "*/1", "?"):
        return 7.0
    return 1.0 / 24 if hour == "*" else 1.0
