"""All that is known of one key, for a terminal: at most 80 columns, nothing a terminal would act on.

In: a KeyAnswer. Out: text that ends in one newline, its last line the conclusion.
"""

from datetime import datetime

from auditor.model.answers import USES, DurationStats
from auditor.model.key_answers import KeyAnswer, KeyDay, KeyHandler, KeyReport, LastUse
from auditor.report.layout import command, finished, fitted, led, styled, width, wrapped
from auditor.report.strips import Marks
from auditor.report.usage_text import ago
from auditor.report.wording import count, milliseconds, moment, number, percent, place, printable

_LABEL = 16
_MOST_DAYS = 31
_MOST_CODES = 8
_MANY = 2 * 7 * 4
"""Days above which a table holds those alone on which something happened."""


def answer(found: KeyAnswer, *, now: datetime, plain: bool = False) -> str:
    """Return what is known of a key, or what may have been meant; with `plain`, drawn in ASCII alone."""
    if found.report is not None:
        return _report(found.report, now, Marks(plain=plain))
    asked = fitted(printable(found.asked), width() - 25)
    lines = [f"{asked} may be one of:" if found.ambiguous else f"{asked} is not known and not registered."]
    if found.candidates and not found.ambiguous:
        lines += ["", "Nearest to it:"]
    for one in found.candidates:
        told = f"  {one.kind:<10} {fitted(printable(one.key), width() - 30)}"
        lines.append(told if one.registered else f"{told}  (not registered)")
    if found.refusal:
        lines += ["", *led("bad", "NOTHING IS KNOWN", wrapped(f"NOTHING IS KNOWN: {found.refusal}"))]
    elif found.ambiguous:
        lines += ["", *wrapped("Write the whole key, or choose with --kind.")]
    elif not found.candidates:
        lines += ["", command("All keys", "auditor usage stats")]
    return finished(lines)


def _report(found: KeyReport, now: datetime, marks: Marks) -> str:
    days = round(found.window.days)
    lines: list[str] = [styled(fitted(printable(found.key), width()), "strong")]
    lines += [f"{found.kind}, the last {count(days, 'day')} up to {moment(found.window.end)}", ""]
    lines += _ever(found.ever, found.undated, now)
    lines += _figures(found)
    lines += _handlers(found.handlers)
    lines += _watched(found)
    lines += ["", *_days(found, marks)] if found.calls > found.undated else [""]
    if found.by_hour:
        hours = marks.spark([found.by_hour.get(hour, 0) for hour in range(24)])
        lines += ["By hour, UTC", f"  00 {hours} 23", ""]
    return finished([*lines, *wrapped(_conclusion(found))])


def _row(label: str, text: str) -> list[str]:
    return wrapped(text, f"{label:<{_LABEL}}", " " * _LABEL)


def _ever(ever: LastUse | None, undated: int, now: datetime) -> list[str]:
    if ever is None:
        return _row("last used", "at some time" if undated else "never, as far as the ledger knows")
    last = f"{ever.last_day}" if ever.last_seen is None else moment(ever.last_seen)
    last = last if ever.dated else f"at some time up to {ever.last_day}"
    age = (now - ever.last_seen) if ever.last_seen and ever.dated else None
    first = f"{ever.first_day}" if ever.first_seen is None else moment(ever.first_seen)
    told = f" ({ago(age).removesuffix(' old')} ago)" if age is not None and age.total_seconds() >= 0 else ""
    return [*_row("last used", last + told), *_row("first used", f"{first}, as far as the ledger knows")]


def _figures(found: KeyReport) -> list[str]:
    late = found.timed_out or 0
    parts = [("succeeded", found.succeeded), ("failed", found.errors - late), ("timed out", late)]
    told = ", ".join(f"{number(much)} {what}" for what, much in parts if much)
    lines = _row("calls", number(found.calls) + (f": {told}" if told else ""))
    if found.undated:
        lines += _row("", f"{number(found.undated)} of them at some time before they were collected")
    if found.by_status:
        lines += _row("by status", ", ".join(f"{status} {number(much)}" for status, much in found.by_status.items()))
    if len(found.by_source) > 1:
        by_source = ", ".join(f"{name} {number(much)}" for name, much in found.by_source.items())
        lines += _row("by source", f"{by_source} (may be the same ones)")
    elif found.by_source:
        lines += _row("seen by", next(iter(found.by_source)))
    if found.duration_ms:
        lines += _durations(found.duration_ms)
    if found.users:
        lines += _row("users", f"{number(found.users)} on the day that had most, estimated")
    if found.errors_by_code:
        most = sorted(found.errors_by_code.items(), key=lambda one: (-one[1], one[0]))
        more = f", and {count(len(most) - _MOST_CODES, 'other')}" if len(most) > _MOST_CODES else ""
        lines += _row("errors", ", ".join(f"{code} {number(much)}" for code, much in most[:_MOST_CODES]) + more)
    if found.cost is not None:
        lines += _row(
            "cost", f"{found.cost:,.4g}, {found.cost / found.costed:,.4g} each ({number(found.costed)} known)"
        )
    return lines


def _durations(durations: DurationStats) -> list[str]:
    named = ("p50", "p95", "p99", "mean", "min", "max")
    return _row("durations", ", ".join(f"{name} {milliseconds(getattr(durations, name))}" for name in named))


def _handlers(handlers: tuple[KeyHandler, ...]) -> list[str]:
    if not handlers:
        return _row("handler", "not registered by any tracker")
    lines: list[str] = []
    for one in handlers:
        lines += _row("handler", f"{one.handler}  {place(one.path, one.line)}" if one.path else one.handler)
        version = f", version {one.version}" if one.version else ""
        since = f" since {moment(one.first_registered)}" if one.first_registered else ""
        lines += _row("", f"registered by {one.source}{since}{version}")
        for other in one.shadowed:
            lines += _row("", f"shadows {other.handler}, which never serves")
    return lines


def _watched(found: KeyReport) -> list[str]:
    lines: list[str] = []
    for one in found.watched:
        share = f"{number(one.minutes)} of {number(one.of)} minutes of {USES[found.kind]}"
        lines += _row("" if lines else "watched", f"{one.source}: {share} ({percent(one.minutes / one.of)})")
    return lines or _row("watched", "not at all")


def _days(found: KeyReport, marks: Marks) -> list[str]:
    spark = marks.spark([day.calls for day in found.days])
    lines = [f"By day, from {found.days[0].day} to {found.days[-1].day}"]
    lines += [f"  {spark[at : at + width() - 4]}" for at in range(0, len(spark), width() - 4)]
    shown = [day for day in found.days if day.calls] if len(found.days) > _MANY else list(found.days)
    users = any(day.users is not None for day in found.days)
    lines.append(
        f"  {'day':<14}{'calls':>13}{'errors':>12}{'users':>10}"
        if users
        else f"  {'day':<14}{'calls':>13}{'errors':>12}"
    )
    lines[-1] += "  watched"
    for day in reversed(shown[-_MOST_DAYS:]):
        lines.append(_day(day, users=users))
    if len(shown) > _MOST_DAYS:
        lines.append(f"  … and {number(len(shown) - _MOST_DAYS)} days before; --format json lists all.")
    return [*lines, ""]


def _day(day: KeyDay, *, users: bool) -> str:
    told = f"  {day.day:%Y-%m-%d %a}{number(day.calls):>13}{number(day.errors):>12}"
    if users:
        told += f"{'-' if day.users is None else number(day.users):>10}"
    return f"{told}  {percent(day.watched / day.of)}" if day.watched else f"{told}  no"


def _conclusion(found: KeyReport) -> str:
    if found.nothing_known:
        return f"NOTHING IS KNOWN: {found.conclusion}."
    if found.conclusion:
        return f"{found.conclusion}."
    return f"{count(found.calls, 'call')} in {count(round(found.window.days), 'day')}."
