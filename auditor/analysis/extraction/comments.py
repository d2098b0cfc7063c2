"""Comments that silence findings: our own, and those of vulture, flake8, ruff, deadcode and skylos.

In: a file's text, what its walk saw. Out: `SilencingComment`s in source order. Only real comments count where the
file can be tokenized, so that a string that speaks of `# noqa` silences nothing. Never decides what is silenced.
"""

import io
import re
import sys
import tokenize
from collections.abc import Collection, Iterator

from auditor.model.inner import SilencingComment

_ANY = re.compile(r"noqa|auditor:\s*keep\b|no skylos", re.IGNORECASE)
_WORDS = ("noqa", "NOQA", "NoQA", "auditor:", "no skylos")
_KEEP = re.compile(r"#\s*auditor:\s*keep\b[\s:,;.—–-]*(.*)")
_FILE = re.compile(
    r"#\s*(?:ruff|flake8)\s*:\s*noqa(?::\s?(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?", re.IGNORECASE
)
_NOQA = re.compile(r"#\s*noqa(?::\s?(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?", re.IGNORECASE)
_STRING_OR_COMMENT = re.compile(
    r'''#[^\n]*|"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""|"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'''
    r"""'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''|'[^'\\\n]*(?:\\.[^'\\\n]*)*'""",
    re.DOTALL,
)
"""Unrolled, so that it takes linear time; possessive quantifiers would say it shorter, and are wrong before 3.11.5."""
_NESTED = sys.version_info >= (3, 12)
"""Whether f-strings may have strings in their quotes, and comments: then tokenizing alone tells, and is fast."""
_SKYLOS = re.compile(r"#\s*pragma:\s*no skylos\b", re.IGNORECASE)


def may_silence(text: str) -> bool:
    """Return whether a text has a word that such comments have."""
    return any(word in text for word in _WORDS)


def silencing_comments(text: str, imported: Collection[int], stored: Collection[int]) -> tuple[SilencingComment, ...]:
    """Return the comments that silence something.

    Args:
        text: The file, with line feeds at line ends.
        imported: Lines on which an import statement stands, multi-line ones whole.
        stored: Lines on which a local variable may be bound.
    """
    return tuple(one for line, comment in _comments(text) for one in _read(comment, line, imported, stored))


def _comments(text: str) -> Iterator[tuple[int, str]]:
    found = _tokenized(text) if _NESTED else _lexed(text)
    return ((line, comment) for line, comment in found if _ANY.search(comment))


def _lexed(text: str) -> Iterator[tuple[int, str]]:
    """Yield the comments of a file that could be parsed: a `#` that no string has in it begins one."""
    line, counted = 1, 0
    for match in _STRING_OR_COMMENT.finditer(text):
        start = match.start()
        if text[start] == "#":
            line, counted = line + text.count("\n", counted, start), start
            yield line, match[0]


def _tokenized(text: str) -> Iterator[tuple[int, str]]:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        yield from ((number, line) for number, line in enumerate(text.split("\n"), 1) if "#" in line)
        return
    yield from ((token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT)


def _read(comment: str, line: int, imported: Collection[int], stored: Collection[int]) -> Iterator[SilencingComment]:
    if match := _KEEP.search(comment):
        yield SilencingComment(line, "keep", reason=match[1].strip())
    if _SKYLOS.search(comment):
        yield SilencingComment(line, "skylos")
    if match := _FILE.search(comment):
        yield SilencingComment(line, "file", _codes(match["codes"]))
    elif match := _NOQA.search(comment):
        codes = _codes(match["codes"])
        idle = [code for code in codes if (code == "F401" and line not in imported)
                or (code == "F841" and line not in stored)]  # fmt: skip
        yield SilencingComment(line, "noqa", codes, tuple(idle))


def _codes(text: str | None) -> tuple[str, ...]:
    return tuple(code.upper() for code in re.split(r"[,\s]+", text or "") if code)
