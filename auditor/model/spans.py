"""Stretches of source text and their hashes: how a `Definition`'s `body_hash` is made. In: text, lines. No I/O."""

from collections.abc import Iterable
from hashlib import blake2b
from itertools import accumulate


def source_lines(text: str) -> list[str]:
    """Return the lines of decoded source as Python counts them: form feeds and the like end no line."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.split("\n")


def body_hash(text: str) -> str:
    """Return the hex BLAKE2b (16 bytes) of source text, blind to line endings, trailing blanks and its indentation.

    The indentation of the first line is taken off every line that starts with it, so text inside a string that stands
    further left stays as it is. Blank lines before and after do not count, nor does a byte order mark.
    """
    lines = source_lines(text)
    return Spans(lines).hash(1, len(lines))


class Spans:
    """Hashes of many stretches of one text: definitions nest, so the text is prepared once for all of them."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Take the lines of a decoded file (see `source_lines`)."""
        stripped = [line.rstrip() for line in lines]
        self._text = "\n".join(stripped)
        self._starts = [0, *accumulate(len(line) + 1 for line in stripped)]

    def hash(self, line: int, end_line: int) -> str:
        """Return `body_hash` of whole source lines, 1-based and inclusive."""
        last = min(end_line, len(self._starts) - 1)
        text = self._text[self._starts[line - 1] : max(0, self._starts[last] - 1)]
        text = text.removeprefix("\ufeff").strip("\n")
        if text[:1].isspace():
            indent = text[: len(text) - len(text.lstrip())]
            text = text[len(indent) :].replace(f"\n{indent}", "\n")
        return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
