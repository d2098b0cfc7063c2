"""Which texts from outside may be kept: names of what was used, codes of errors. In: text. Out: the text or a refusal.

Whoever writes an event may put a person's address, an id or a sentence where a name or a code belongs. What looks like
one is not kept. Never keeps a message. No I/O.
"""

import re
from typing import Literal

LONGEST_NAME = 200
OTHER = "(other)"
"""The code under which failures count whose error is a sentence, or says nothing."""
_LONGEST_CODE = 60
_PERSONAL = re.compile(
    r"""[^\s@]@[^\s@]                                   # an address of e-mail
    | [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}
    | (?<![0-9a-z])(?=[0-9a-f]*[0-9])[0-9a-f]{20,}(?![0-9a-z])   # hex digits of an id
    | (?<![0-9a-z])(?=(?:[a-z]*[0-9]){3})[0-9a-z]{24,26}(?![0-9a-z])    # ULID, cuid, ObjectId
    | \d{9,}                                            # numbers of accounts, cards and telephones
    | (?<!\d)\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?!\d)""",
    re.IGNORECASE | re.VERBOSE,
)
_EXCEPTION = re.compile(
    r"[A-Za-z_][\w.]*(?:Error|Exception|Warning|Timeout|Expired|Interrupt|Exit|Failure|Refused|Denied|NotFound)"
)
_CAPITALS = re.compile(r"[A-Z][A-Z0-9]*(?:[_.\-][A-Z0-9]+)*")
_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[_.:/\-][A-Za-z0-9]+)+|(?:[A-Z][a-z0-9]+){2,}|[a-z]+(?:[A-Z][a-z0-9]+)+")

Refusal = Literal["personal", "unfit"]


def refusal(name: object) -> Refusal | None:
    """Return why a value is no name to keep: it looks like an id or address, or it is no short, printable text."""
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME or not name.isprintable() or not name.strip():
        return "unfit"
    return "personal" if _PERSONAL.search(name) else None


def error_code(code: object, error: object) -> str:
    """Return the code of a failure that names no person, `OTHER` where there is none.

    Args:
        code: What the event's field for codes holds: a number, a word or several joined by a sign.
        error: What its field for errors holds: text, or an object with a code in it. Of text only the class of an
            exception, a word in capitals or an HTTP status is taken: it may be a sentence.
    """
    if isinstance(error, dict):
        code = next((error[key] for key in ("code", "type", "name", "class") if error.get(key) is not None), code)
        error = error.get("message")
    return _code(code, strict=False) or _code(error, strict=True) or OTHER


def _code(value: object, *, strict: bool) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if 0 < value < 100_000 else None
    if not isinstance(value, str):
        return None
    first, colon, _ = value.strip()[:LONGEST_NAME].partition(":")
    if _EXCEPTION.fullmatch(first) and _is_short(first):
        return first
    text = value.strip() if colon else first
    if text.isascii() and text.isdigit():
        return text if len(text) == 3 else None
    fits = _CAPITALS.fullmatch(text) or (not strict and _WORDS.fullmatch(text))
    return text if fits and _is_short(text) else None


def _is_short(text: str) -> bool:
    return len(text) <= _LONGEST_CODE and not _PERSONAL.search(text)
