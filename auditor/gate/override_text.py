"""How overrides are written: trailers of commits, entries of the configuration.

In: the value of a trailer, the text of a configuration file. Out: what it says, and where. Hostile text is only ever
text: what does not fit the form is a fault that the gate tells.
"""

import re
from datetime import date

import msgspec

OVERRIDE_TRAILER = "Auditor-Override"
FORM = f"{OVERRIDE_TRAILER}: <symbol> reason=<why> until=YYYY-MM-DD"
_KEY = re.compile(r"(?:^|\s)(reason|until|owner)=")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ENTRY = re.compile(r"^\s*\[\[\s*(?:tool\s*\.\s*auditor\s*\.\s*)?gate\s*\.\s*allow\s*\]\]", re.MULTILINE)


class TrailerText(msgspec.Struct, frozen=True):
    """What one trailer says; `fault` is why it cannot be read as one, empty where it can."""

    symbol: str
    reason: str = ""
    owner: str = ""
    until: date | None = None
    fault: str = ""


def trailer(value: str) -> TrailerText:
    """Return what `<symbol> reason=… until=YYYY-MM-DD` says; `owner=…` may be given too, in any order."""
    symbol, _, rest = value.strip().partition(" ")
    parts = _KEY.split(f" {rest}")
    keys, values = parts[1::2], [_unquoted(text.strip()) for text in parts[2::2]]
    found = dict(zip(keys, values, strict=True))
    if parts[0].strip() or len(found) < len(keys):
        return TrailerText(symbol, found.get("reason", ""), fault=f"it is not of the form '{FORM}'")
    return TrailerText(symbol, found.get("reason", ""), found.get("owner", ""), _day(found.get("until", "")))


def entry_line(text: str, index: int, symbol: str) -> int:
    """Return the line (from 1) of the entry of `gate.allow` at a place in its list; 1 where it cannot be found."""
    headers = [match.start() for match in _ENTRY.finditer(text)]
    if index < len(headers):
        at = headers[index] + len(text[headers[index] :]) - len(text[headers[index] :].lstrip())
    else:
        at = max(0, text.find(symbol))
    return text.count("\n", 0, at) + 1


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
