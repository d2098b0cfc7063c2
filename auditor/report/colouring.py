"""Source lines coloured by syntax: Python, JavaScript, TypeScript, templates, TOML; others stay plain.

In: the text of an excerpt, its file's name. Out: markup, line by line, escaped and printable, with classes of the style
sheet. Lines and their number are bounded. The only importer of Pygments.
"""

import importlib
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from auditor.report import wording

if TYPE_CHECKING:
    from pygments.lexer import Lexer

MAX_LINES = 300
"""Lines of one excerpt; a page with whole large files would be slow to read."""
_MAX_COLUMNS = 400
_PYTHON = ("python", "PythonLexer")
_SCRIPT, _TYPED = ("javascript", "JavascriptLexer"), ("javascript", "TypeScriptLexer")
_TEMPLATE, _MARKUP = ("templates", "HtmlDjangoLexer"), ("html", "HtmlLexer")
_LEXERS = {
    ".py": _PYTHON, ".pyi": _PYTHON, ".pyw": _PYTHON, ".js": _SCRIPT, ".mjs": _SCRIPT, ".cjs": _SCRIPT, ".jsx": _SCRIPT,
    ".ts": _TYPED, ".mts": _TYPED, ".cts": _TYPED, ".tsx": _TYPED, ".vue": _MARKUP, ".svelte": _MARKUP,
    ".html": _TEMPLATE, ".htm": _TEMPLATE, ".j2": _TEMPLATE, ".jinja": _TEMPLATE, ".jinja2": _TEMPLATE,
    ".djhtml": _TEMPLATE, ".toml": ("configs", "TOMLLexer"),
}  # fmt: skip
"""Suffix -> module of `pygments.lexers` and class in it: asking Pygments itself would import all it knows."""
_CLASSES = (
    ("Token.Comment.Preproc", "k"), ("Token.Comment", "c"), ("Token.Keyword.Constant", "m"), ("Token.Keyword", "k"),
    ("Token.Operator.Word", "k"), ("Token.Literal.String", "s"), ("Token.Literal.Number", "m"),
    ("Token.Name.Decorator", "d"), ("Token.Name.Function", "f"), ("Token.Name.Class", "f"), ("Token.Name.Tag", "k"),
    ("Token.Name.Attribute", "d"), ("Token.Name.Builtin", "b"), ("Token.Name.Exception", "b"),
)  # fmt: skip
"""Kinds of token and their classes, the particular before the general; what is not named here stays plain."""


def lines(text: str, path: str = "") -> list[Markup]:
    """Return the lines of an excerpt, at most `MAX_LINES` and a last one that says how many were left out."""
    every = text.expandtabs(4).replace("\r\n", "\n").rstrip("\n").split("\n")
    left_out = len(every) - MAX_LINES
    shown = [line if len(line) <= _MAX_COLUMNS else f"{line[:_MAX_COLUMNS]}…" for line in every[:MAX_LINES]]
    coloured = _coloured(shown, path)
    return coloured if left_out <= 0 else [*coloured, _text(f"… {wording.count(left_out, 'more line')}")]


def _coloured(shown: list[str], path: str) -> list[Markup]:
    lexer = _lexer(PurePosixPath(path).suffix.lower())
    if lexer is None:
        return [_text(line) for line in shown]
    found: list[list[Markup]] = [[]]
    for token, value in lexer.get_tokens("\n".join(shown)):
        for number, part in enumerate(value.split("\n")):
            if number:
                found.append([])
            if part:
                found[-1].append(_span(part, _class(str(token))))
    return [Markup("").join(parts) for parts in (*found, *([] for _ in shown))][: len(shown)]


@lru_cache(maxsize=64)
def _lexer(suffix: str) -> "Lexer | None":
    if suffix not in _LEXERS:
        return None
    module, name = _LEXERS[suffix]
    made: Lexer = getattr(importlib.import_module(f"pygments.lexers.{module}"), name)(stripnl=False, ensurenl=False)
    return made


@lru_cache(maxsize=512)
def _class(token: str) -> str:
    return next((name for prefix, name in _CLASSES if token == prefix or token.startswith(f"{prefix}.")), "")


def _span(part: str, class_: str) -> Markup:
    return Markup(f'<span class="{class_}">{_text(part)}</span>') if class_ and not part.isspace() else _text(part)


def _text(text: str) -> Markup:
    return escape(wording.printable(text))
