"""UTC days. In: days, numbers of days, moments. Out: the other of them. Pure; never the machine's time zone."""

from datetime import UTC, date, datetime, timedelta

EARLIEST = 946_684_800
"""Epoch seconds of the year 2000: earlier times are of clocks that nobody had set yet."""
SECONDS_A_DAY = 86_400
_EPOCH = date(1970, 1, 1)


def midnight(day: date) -> datetime:
    """Return the moment at which a UTC day begins, aware UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def day_of_number(number: int) -> date:
    """Return the day that many days after 1970-01-01."""
    return _EPOCH + timedelta(days=number)


def first_second(day: date) -> int:
    """Return the epoch second with which a UTC day begins."""
    return (day - _EPOCH).days * SECONDS_A_DAY


def day_of(moment: datetime) -> date:
    """Return the UTC day of an aware moment.

    Raises:
        OverflowError: The moment is of the first or the last day of all years, and its UTC day is none.
    """
    return moment.astimezone(UTC).date()


def day_of_second(second: int) -> date:
    """Return the UTC day of an epoch second, also of one long ago."""
    return day_of_number(second // SECONDS_A_DAY)
