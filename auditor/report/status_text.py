"""How the monitoring goes, for a terminal: at most 80 columns, no colours, nothing a terminal would act on.

In: a MonitoringStatus. Out: text that ends in one newline, its last line whether deletion may begin. Gaps are said in
words as well as drawn; drawn in plain ASCII where blocks cannot be shown.
"""

from datetime import date, timedelta

from auditor.model.answers import USES
from auditor.model.monitoring import Anomaly, Checkpoint, MonitoringStatus, WatchStrip
from auditor.report.layout import finished, fitted, led, width, wrapped
from auditor.report.strips import Marks
from auditor.report.wording import columns, count, moment, number, percent, printable

_LABEL = 22
_WEEKS = 7 * 7
"""Days of a strip that stand on one line."""
_EARLY = 4
"""Days below which new keys say nothing of how long the period should be."""
_CHECK = {
    "traffic_fell": "traffic fell",
    "source_quiet": "source went quiet",
    "source_empty": "nothing counted",
    "unknown_routes": "unknown routes",
    "unmatched_requests": "requests without a route",
    "untracked_instance": "an instance without a tracker",
    "counts_lost": "counts lost",
    "version_skew": "two versions at once",
}


def status(found: MonitoringStatus, *, plain: bool = False) -> str:
    """Return how the period goes; with `plain`, in ASCII alone."""
    marks = Marks(plain=plain)
    lines = [*_heading(found), ""]
    lines += _strips(found, marks)
    lines += _checkpoints(found)
    lines += _saturation(found, marks)
    if found.anomalies:
        lines.append(f"To look at ({number(len(found.anomalies))}):")
        lines += [line for one in found.anomalies for line in _anomaly(one)]
        lines.append("")
    if found.problems:
        lines += [
            line for problem in found.problems for line in led("bad", "SICK", wrapped(f"SICK: {problem}", "- ", "  "))
        ]
        lines.append("")
    for one in found.not_judged if found.deletion_may_begin else ():
        told = f"{number(one.routes)} of the {count(one.of, 'route')} that {printable(one.source)} publishes"
        lines += [*wrapped(f"{told} stay undecided: {printable(one.because)}."), ""]
    if found.plan_id:
        lines += [*wrapped(_batches(found)), ""]
    told = verdict(found)
    begins = told.partition(" ")[0] if found.deletion_may_begin else told.partition(":")[0].rstrip(".")
    return finished([*lines, *led("good" if found.deletion_may_begin else "doubtful", begins, wrapped(told))])


def verdict(found: MonitoringStatus) -> str:
    """Return in one sentence whether deletion may begin."""
    if found.deletion_may_begin:
        waiting = sum(one.routes for one in found.not_judged)
        but = f", but {count(waiting, 'published route')} cannot be judged yet" if waiting else ""
        return f"COMPLETE: deletion may begin{but}. Next: auditor plan --days {found.period_days}"
    reason = f": {found.because}" if found.because else ""
    if found.not_before and found.not_before > found.checked_at.date():
        return f"Deletion may begin on {found.not_before} at the earliest{reason}."
    return f"Deletion may not begin yet{reason}."


def _heading(found: MonitoringStatus) -> list[str]:
    asked = f"as of {moment(found.checked_at)}"
    if found.period_start is None:
        return wrapped(f"Monitoring has not begun, {asked}")
    end = found.period_start + timedelta(days=found.period_days - 1)
    if not found.day:
        return wrapped(f"Monitoring begins on {found.period_start}, for {count(found.period_days, 'day')}; {asked}")
    if found.day <= found.period_days:
        return wrapped(f"Day {found.day} of {found.period_days} ({found.period_start} to {end}), {asked}")
    return wrapped(f"Day {number(found.day)} since {found.period_start}, {found.period_days} were wanted; {asked}")


def _strips(found: MonitoringStatus, marks: Marks) -> list[str]:
    if not found.strips:
        return ["No source has watched a single minute of it.", ""]
    last = max(strip.days[-1].day for strip in found.strips)
    planned = (found.period_start or last) + timedelta(days=found.period_days - 1)
    first = found.strips[0].days[0].day
    today = max(last, found.checked_at.date())
    end = planned if today < planned < first + timedelta(days=_WEEKS) else today
    days = [first + timedelta(days=n) for n in range((end - first).days + 1)]
    lines = []
    for at in range(0, len(days), _WEEKS):
        some = days[at : at + _WEEKS]
        lines.append(_ruler(some))
        for strip in found.strips:
            lines.append(_strip_line(strip, some, found.min_watched, marks, ends=at + _WEEKS >= len(days)))
    lines += wrapped(
        f"{marks.enough} at least {100 * found.min_watched:g} % of the day watched, {marks.some} less, "
        f"{marks.nothing} nothing, {marks.not_yet} not known yet",
        " " * 2, " " * 2,
    )  # fmt: skip
    for strip in found.strips:
        lines += _gaps(strip)
    return [*lines, ""]


def _ruler(days: list[date]) -> str:
    """Return the months and days under which the strips' weeks begin."""
    text = ""
    for at in range(0, len(days), 7):
        text = f"{text:<{at}}{days[at]:%m-%d}"
    return f"{'Watched':<{_LABEL}}{text}"


def _strip_line(strip: WatchStrip, days: list[date], enough: float, marks: Marks, *, ends: bool) -> str:
    known = {one.day: one.share if one.of else None for one in strip.days}
    drawn = "".join(marks.share(known.get(day), enough) for day in days)
    label = fitted(printable(_label(strip)), _LABEL - 1)
    minutes, of = sum(one.minutes for one in strip.days), sum(one.of for one in strip.days)
    told = f"  {percent(minutes / of)}" if ends and of else ""
    return f"{label}{' ' * (_LABEL - columns(label))}{drawn}{told}"


def _label(strip: WatchStrip) -> str:
    return strip.source if strip.kind == "endpoint" else f"{strip.source}, {USES[strip.kind]}"


def _gaps(strip: WatchStrip) -> list[str]:
    if not strip.gaps:
        return []
    told = []
    for gap in strip.gaps:
        end = f"{gap.end:%H:%M}" if gap.end.date() == gap.start.date() else f"{gap.end:%m-%d %H:%M}"
        told.append(f"{gap.start:%m-%d %H:%M} to {end} ({_length(gap.minutes)})")
    more = f", and {count(strip.gaps_left_out, 'shorter one')}" if strip.gaps_left_out else ""
    return wrapped(f"Not watched by {_label(strip)}: {', '.join(told)}{more}", "  ", "    ")


def _length(minutes: int) -> str:
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes / 60:,.0f} h" if minutes < 48 * 60 else f"{minutes / 1440:,.0f} days"


def _checkpoints(found: MonitoringStatus) -> list[str]:
    lines = [_checkpoint(one) for one in found.checkpoints]
    return ["Checkpoints", *lines, ""] if lines else []


def _checkpoint(one: Checkpoint) -> str:
    where = f"  day {one.number:<4}{one.day}"
    if not one.reached:
        return f"{where}  to come"
    thin = f"{count(len(one.thin_days), 'day')} too thin" if one.thin_days else "on track"
    return f"{where}  {count(one.keys, 'key'):>12} seen  {percent(one.watched_share):>6} watched  {thin}"


def _saturation(found: MonitoringStatus, marks: Marks) -> list[str]:
    if not found.new_keys:
        return []
    spark = marks.spark([one.keys for one in found.new_keys])
    lines = ["Keys seen for the first time, by day"]
    lines += [f"  {spark[at : at + width() - 4]}" for at in range(0, len(spark), width() - 4)]
    calm = found.days_without_new_keys
    if not found.keys:
        told = "No key was seen yet."
    elif calm:
        told = f"{count(found.keys, 'key')} seen, no new one in the last {'day' if calm == 1 else f'{calm} days'}."
    elif len(found.new_keys) < _EARLY:
        told = f"{count(found.keys, 'key')} seen; it is too early to say whether more will follow."
    else:
        told = f"{count(found.keys, 'key')} seen, and new ones still turn up: the period may be too short."
    return [*lines, *wrapped(told, "  ", "  "), ""]


def _anomaly(one: Anomaly) -> list[str]:
    lines = wrapped(f"{_CHECK[one.kind]}: {one.detail}", "- ", "  ")
    if len(one.keys) > 1:
        lines += [f"    {fitted(printable(key), width() - 4)}" for key in one.keys]
    return lines


def _batches(found: MonitoringStatus) -> str:
    if not found.batches:
        return f"Plan {found.plan_id} has no batches."
    states: dict[str, int] = {}
    for batch in found.batches:
        states[batch.state] = states.get(batch.state, 0) + 1
    told = ", ".join(f"{number(much)} {state.replace('_', ' ')}" for state, much in sorted(states.items()))
    return f"Plan {found.plan_id}: {count(len(found.batches), 'batch', 'batches')}, {told}."
