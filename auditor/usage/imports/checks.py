"""What every form of statistics is checked for. In: values as files hold them. Out: counts, days, times; or an error.

An error names the file, the row, the key and the mend; with it nothing is imported. Never guesses a number.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from auditor.errors import ConfigError
from auditor.model.measures import HourlyUse
from auditor.tracking import layout
from auditor.usage.events.names import refusal
from auditor.usage.sources import one_line

LARGEST = 2**53
_CODES = 50
_CODE_LENGTH = 64
_OTHER = "(other)"
_STATUSES = ("1xx", "2xx", "3xx", "4xx", "405", "5xx", "err", "probe", "bot")
_EARLIEST_YEAR = 2000


class Row:
    """One row of a file, for messages; `zoneless` counts its times that were read as UTC.

    Args:
        file: Name of the file.
        number: Of the row, from 1.
        key: What it counts, as the file says.
        now: Aware UTC.
    """

    def __init__(self, file: str, number: int | str, key: object, now: datetime) -> None:
        self.name = f"row {number}" if isinstance(number, int) else number
        self._place = f"{file}: {self.name} ({one_line(key, 60)})"
        self._now = now
        self.zoneless = 0

    def wrong(self, what: str, mend: str) -> ConfigError:
        """Return the error that says what is wrong with the row and what would be right."""
        return ConfigError(f"{self._place}: {what}; {mend}; nothing was imported")

    def count(self, name: str, value: object) -> int:
        """Return a whole number from 0 up; None counts as 0."""
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
            raise self.wrong(f"{name} is {one_line(value, 40)!r}", "write a whole number from 0 up")
        return value

    def day(self, name: str, value: object) -> date:
        """Return the UTC day of a date, or of a time."""
        if isinstance(value, str) and len(value) == 10:
            try:
                return self._not_ahead(name, date.fromisoformat(value))
            except ValueError as error:
                raise self.wrong(f"{name} is {one_line(value, 40)!r}", "write it as in 2026-11-20") from error
        moment = self.moment(name, value)
        if moment is None:
            raise self.wrong(f"{name} is missing", "write it as in 2026-11-20")
        return self._not_ahead(name, moment.date())

    def moment(self, name: str, value: object) -> datetime | None:
        """Return a time as aware UTC, one without a zone as UTC; None for None."""
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            moment = None
        if moment is None or moment.year < _EARLIEST_YEAR:
            raise self.wrong(f"{name} is {one_line(value, 40)!r}", "write it as in 2026-11-20T22:14:03Z")
        if moment.tzinfo is None:
            self.zoneless += 1
            moment = moment.replace(tzinfo=UTC)
        try:
            moment = moment.astimezone(UTC)
        except OverflowError as error:
            raise self.wrong(f"{name} is {one_line(value, 40)!r}", "write a time of this era") from error
        self._not_ahead(name, moment.date())
        return moment

    def hour(self, name: str, value: object) -> int | None:
        """Return an hour of the day, None for None."""
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 23:
            raise self.wrong(f"{name} is {one_line(value, 40)!r}", "write a whole number from 0 to 23")
        return value

    def cost(self, name: str, value: object) -> int:
        """Return a cost in millionths; None costs nothing."""
        number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
        if value is None:
            return 0
        if number is None or not 0 <= number <= LARGEST / 1e6:
            raise self.wrong(f"{name} is {one_line(value, 40)!r}", "write a number from 0 up")
        return round(number * 1_000_000)

    def codes(self, name: str, value: object) -> dict[str, int]:
        """Return failures by code; those beyond the 50 most frequent, ids and sentences are counted together."""
        found = self._counts(name, value)
        for code in found:
            if not code.isprintable() or not 0 < len(code) <= _CODE_LENGTH:
                raise self.wrong(
                    f"{name} has the code {one_line(code, 20)!r}", "codes are 1 to 64 printable characters"
                )
        kept = {code: count for code, count in found.items() if refusal(code) is None and " " not in code}
        ordered = sorted(kept.items(), key=lambda one: (-one[1], one[0]))
        rest = sum(found.values()) - sum(count for _, count in ordered[:_CODES])
        return dict(sorted(ordered[:_CODES])) | ({_OTHER: rest} if rest else {})

    def statuses(self, name: str, value: object) -> dict[str, int]:
        """Return calls by status class; three digits are put in their class."""
        found: dict[str, int] = {}
        for status, count in self._counts(name, value).items():
            three = status.isascii() and status.isdigit() and len(status) == 3
            known = layout.status_class(int(status)) if three and status != "405" else status
            if known not in _STATUSES:
                raise self.wrong(f"{name} has the status {one_line(status, 20)!r}", f"known are {', '.join(_STATUSES)}")
            found[known] = found.get(known, 0) + count
        return dict(sorted(found.items()))

    def checked(self, use: HourlyUse, day: date) -> HourlyUse:
        """Return a use whose numbers agree with each other and with its day."""
        for what, parts in (
            ("succeeded and errors", use.succeeded + use.errors),
            ("by_status", sum(use.by_status.values())),
        ):
            if parts > use.count:
                raise self.wrong(f"{what} add up to {parts:,}, more than the count {use.count:,}", "correct the export")
        if use.timed_out > use.errors:
            raise self.wrong(
                f"timed_out is {use.timed_out:,}, more than the errors {use.errors:,}", "count time-outs as errors too"
            )
        if use.last_seen is not None and use.last_seen.date() != day:
            raise self.wrong(f"last_seen is not on {day}", "give the last use of that UTC day, or leave it out")
        return use

    def _counts(self, name: str, value: object) -> Mapping[str, int]:
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.wrong(f"{name} is {one_line(value, 40)!r}", 'write an object of counts, as in {"timeout": 3}')
        return {str(key): self.count(f"{name}.{one_line(key, 20)}", count) for key, count in value.items()}

    def _not_ahead(self, name: str, day: date) -> date:
        if day.year < _EARLIEST_YEAR:
            raise self.wrong(f"{name} is {day}", "write a day of this era")
        if day > (self._now + timedelta(days=1)).date():
            raise self.wrong(f"{name} is {day}, which is yet to come", "correct it, or the clock")
        return day
