"""How evidence is worded: numbers, periods, lists of names. In: plain values. Out: text. Never decides anything."""

from collections.abc import Sequence
from datetime import UTC, datetime
from math import ceil

from auditor.model import listing
from auditor.model.usage import BOT, MINUTES_A_DAY, PROBE, UNDATED, Observation, Observations


def days_text(days: float) -> str:
    """Return `"14 days"`, `"1 day"`, `"0.5 days"`."""
    return "1 day" if days == 1 else f"{round(days, 2):g} days"


def times(count: int) -> str:
    """Return `"once"`, `"1,204 times"`."""
    return "once" if count == 1 else f"{count:,} times"


def calls(count: int) -> str:
    """Return `"1 call"`, `"2,100,000 calls"`."""
    return "1 call" if count == 1 else f"{count:,} calls"


def moment(when: datetime | None) -> str:
    """Return a time in UTC to the minute, or that it is not known."""
    return "at an unknown time" if when is None else f"at {when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def only_by(observation: Observation) -> str:
    """Return `", only by health checks and bots"` where no other use was seen, else nothing."""
    if not observation.count or sum(map(observation.apart.get, (PROBE, BOT), (0, 0))) < observation.count:
        return ""
    who = {PROBE: "health checks", BOT: "bots"}
    return f", only by {' and '.join(who[status] for status in (PROBE, BOT) if status in observation.apart)}"


def when_used(observation: Observation) -> str:
    """Return `"in the window"`, or that nobody knows: a use at no known day may have been in it, and counts."""
    if observation.apart.get(UNDATED, 0) < observation.count or not observation.count:
        return "in the window"
    return "at a time that its counter does not tell, perhaps before the window,"


def listed(names: Sequence[str], most: int = 3) -> str:
    """Return names as code, the first `most` of them and how many more there are."""
    return listing.listed([f"`{name}`" for name in names], most)


def watched_text(observations: Observations, minutes: int | None = None) -> str:
    """Return `"14 days, 19,998 of 20,160 minutes watched (99.2 %)"`; the share is cut, never rounded up to 100.

    `minutes` are those in which a certain use would have been seen; without them those in which anything was watched.
    """
    watched, total = observations.watched_minutes if minutes is None else minutes, observations.window.minutes
    share = int(1000 * watched / total) / 10
    return f"{days_text(observations.window.days)}, {watched:,} of {total:,} minutes watched ({share:g} %)"


def rare_use_text(observations: Observations, minutes: int) -> str:
    """Return how often something may run and still not be seen in that many minutes: the rule of three."""
    days = minutes / MINUTES_A_DAY
    bound = f"{ceil(300 / days) / 100:g} a day" if days else "any number a day"
    return (
        f"no call in {days_text(observations.window.days)} leaves room for at most {bound} (3 in the {days_text(days)} "
        "watched, at 95 %), if calls come independently of each other"
    )
