"""What kind of text a place in a Python file is: a name, an attribute, a string, a comment.

In: source text. Out: `Piece`s. A file that Python's own tokenizer refuses gives None: whoever asks then takes it for
plain text, in which everything counts.
"""

import io
import tokenize
from collections.abc import Iterator
from typing import Literal

import msgspec

PieceKind = Literal["name", "attribute", "string", "comment"]
_PASSED_OVER = frozenset((tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER))


class Piece(msgspec.Struct, frozen=True):
    """Text on one line, 1-based. Strings over several lines give one a line. `whole` is all that a string holds."""

    line: int
    kind: PieceKind
    text: str
    whole: str = ""


def pieces(source: str) -> tuple[Piece, ...] | None:
    """Return the names, strings and comments of a file in order, None where it cannot be cut into tokens."""
    try:
        return tuple(_pieces(source))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return None


def _pieces(source: str) -> Iterator[Piece]:
    dotted = False
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in _PASSED_OVER:
            continue
        if token.type == tokenize.NAME:
            yield Piece(token.start[0], "attribute" if dotted else "name", token.string)
        elif token.type == tokenize.COMMENT:
            yield Piece(token.start[0], "comment", token.string)
        elif token.type not in (tokenize.OP, tokenize.NUMBER):
            whole = token.string.lstrip("rRbBuUfF").strip("'\"")
            for offset, text in enumerate(token.string.split("\n")):
                yield Piece(token.start[0] + offset, "string", text, whole)
        dotted = token.type == tokenize.OP and token.string == "."
