"""Which tests failed? In: what a test command printed. Out: their names, as the user would type or search them.

Knows pytest's summary and the headings of unittest, which Django's runner prints as well. Never guesses: for any other
program there are no names.
"""

import re

_PYTEST = re.compile(r"(?:FAILED|ERROR) ((?:\S+/)*[^\s:]+\.(?:py|txt|md|rst)(?:::\S.*?)?)(?: - .*)?$")
_UNITTEST = re.compile(r"(?:FAIL|ERROR): (\S+) \(([\w.]+)\)")
_UNITTEST_MODULE = re.compile(r"(?:FAIL|ERROR): ([\w.]+)$")
_MOST = 20


def failed_tests(output: str) -> tuple[str, ...]:
    """Return the names of the tests that failed, each once, in the order printed; at most twenty."""
    found = dict.fromkeys(name for line in output.splitlines() if (name := _name(line.strip())))
    return tuple(found)[:_MOST]


def _name(line: str) -> str:
    if match := _PYTEST.match(line):
        return match[1].strip()
    if match := _UNITTEST.match(line):
        method, place = match[1], match[2]
        return place if place.rpartition(".")[2] == method else f"{place}.{method}"
    match = _UNITTEST_MODULE.match(line)
    return match[1] if match else ""
