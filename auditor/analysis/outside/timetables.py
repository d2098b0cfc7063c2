"""Timetables outside Python: crontabs, GitHub's `schedule:`, Kubernetes' CronJobs, and others that write cron lines.

In: the text of a file. Out: `Timetable`s, each with the lines that it runs. A period is an upper bound. Never says what
the lines mean: that takes the code.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from auditor.analysis.cron import cron_period
from auditor.analysis.outside.files import FileKind

_NUMBERS = r"[\d*?][\d*?/,LW#-]*"
_NAMES = rf"(?:{_NUMBERS}|[A-Za-z]{{3}}(?:[,-][A-Za-z]{{3}})*)"
_FIELDS = rf"(?:(?:{_NUMBERS}\s+){{3}}{_NAMES}\s+{_NAMES}|@(?:yearly|annually|monthly|weekly|daily|midnight|hourly))"
_LINE = re.compile(rf"(?:^|[\s\"'])({_FIELDS})\s+([^\s#].*)")
_KEY = re.compile(
    rf"(?:^|[\s,{{-])[\"']?\w*(?:schedule|cron|crontab)\w*[\"']?\s*[:=]\s*[\"']?({_FIELDS})[\"']?\s*(?:$|[,}}#])", re.I
)
_WORD = re.compile(r"[^\s\"'`,;|&()\[\]{}<>=]+")
_MOST = 500
"""Timetables of one file; what has more is data."""
_LONGEST = 100_000


class Timetable(msgspec.Struct, frozen=True):
    """What is run on a schedule: `words` of the lines `first` to `last` (1-based) of `path`, every `days` days at most.

    `line` is that of the schedule, in the file `told_in`.
    """

    path: str
    first: int
    last: int
    days: float
    words: frozenset[str]
    told_in: str
    line: int


def read_timetables(path: str, text: str, kind: FileKind) -> Iterator[Timetable]:
    """Yield the timetables of a file, in the order of its lines."""
    if kind == "docs" or ("*" not in text and "@" not in text):
        return
    found = [*_crontab(path, text), *_keyed(path, text)]
    yield from found[:_MOST]


def followed(found: Iterable[Timetable], scripts: Mapping[str, str]) -> Iterator[Timetable]:
    """Yield for each timetable that runs one of `scripts` (path -> text) the same for the script's own lines."""
    ends: dict[str, list[str]] = {}
    for path in scripts:
        ends.setdefault(path.rpartition("/")[2], []).append(path)
    for one in found:
        for word in sorted(one.words):
            for path in ends.get(word.rpartition("/")[2], ()):
                if path != one.path:
                    text = scripts[path]
                    last = text.count("\n") + 1
                    yield Timetable(path, 1, last, one.days, _words(text), one.told_in, one.line)


def _crontab(path: str, text: str) -> Iterator[Timetable]:
    """Yield lines that are a cron line and a command."""
    for number, line in enumerate(text.splitlines(), 1):
        match = _LINE.search(line) if len(line) < _LONGEST and not line.lstrip().startswith("#") else None
        if match is not None and ("*" in match[1] or "@" in match[1]) and (days := cron_period(match[1])) is not None:
            yield Timetable(path, number, number, days, _words(match[2]), path, number)


def _keyed(path: str, text: str) -> Iterator[Timetable]:
    """Yield documents of a file in which a cron line stands under a key such as `schedule`."""
    first = 1
    for document in re.split(r"(?m)^---.*$", text):
        lines = document.splitlines()
        told: list[tuple[float, int]] = []
        for number, line in enumerate(lines, first):
            match = _KEY.search(line) if len(line) < _LONGEST and not line.lstrip().startswith("#") else None
            if match is not None and (days := cron_period(match[1])) is not None:
                told.append((days, number))
        last = first + max(0, len(lines) - 1)
        if told:
            days, line_of = max(told, key=lambda one: (one[0], -one[1]))
            yield Timetable(path, first, last, days, _words(document), path, line_of)
        first = last + 1


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text[:_LONGEST]))
