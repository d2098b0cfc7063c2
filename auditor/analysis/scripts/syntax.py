"""The text of a JavaScript or TypeScript file -> what it imports, exports, loads by pattern and tracks.

In: a file's path and text. Out: `ScriptFacts`. By text alone, without a parser: comments are blanked, then statements
are matched. What cannot be read so (`module.exports` of a computed value) makes the exports `open`. Never runs
anything.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping

import msgspec

from auditor.analysis.scripts.commonjs import exported_names
from auditor.analysis.scripts.read import declared

BINARY = "it is binary"
LARGEST = 1_000_000
_LONG_LINE = 5_000
_LINES = re.compile(r"\n")

_COMMENT = re.compile(
    r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|(?<![:\\])//[^\n]*|/\*.*?(?:\*/|\Z)""", re.S
)
_PAGE_COMMENT = re.compile(r"<!--.*?-->", re.S)
_NO_LINE_END = re.compile(r"[^\n]")
_BEFORE_TEXT = re.compile(r"(?:[=(,:?>+]|\breturn)\s*\Z")
_AFTER_TEXT = re.compile(r"[ \t]*(?:[;,)\].}\n]|\Z)")
"""What stands around a text between backticks; around one in an expression that only matches a backtick it does not."""
_NAME = r"[\w$]+"
_TEXT = r"""(['"`])([^'"`\n]{1,500})"""
_WHAT = (
    r"(?P<what>[\w$\s,*]{0,300}(?:\{[^{}]{0,20000}\}[\w$\s,]{0,100})?)"
    r"""\bfrom\s*(?P<quote>['"])(?P<text>[^'"\n]{1,500})(?P=quote)"""
)
"""Lengths are bounded: a text that somebody made for it must not take minutes."""
_FROM = tuple(re.compile(rf"(?P<verb>{verb})\b\s{{0,100}}(?:type\s)?{_WHAT}") for verb in ("import", "export"))
"""A literal at the start of a pattern lets the search skip what does not begin so."""
_BARE = re.compile(r"""import\s*(['"])([^'"\n]+)\1""")
_CALLS = (
    "import", r"require(?:\.resolve)?", "URL", "mock", "unmock", "importActual", "Worker", "SharedWorker", "register",
    "importScripts", "addModule", "fork",
)  # fmt: skip
_CALLED = re.compile(rf"""\b(?:{"|".join(_CALLS)})\s*\(\s*{_TEXT}\1""")
_SOURCE = re.compile(r"""<(?:script|template)\b[^<>]*?\bsrc\s*=\s*(['"])([^'"\n]+)\1""")
_ELEMENT = re.compile(r"""\bcustomElements\s*\.\s*define\(\s*(['"`])([\w.-]+)\1""")
_BOUND = re.compile(rf"(?:const|let|var)\s*(\{{[^{{}}]*\}}|{_NAME})\s*=\s*(?:await\s+)?$")
_THEN = re.compile(
    rf"\s*\)\s*\.then\(\s*(?:async\s*)?(?:\(\s*\{{(?P<names>[^{{}}]*)\}}\s*\)|\(?\s*(?P<whole>{_NAME})\s*\)?)\s*=>"
)
_PATTERN = re.compile(rf"""\b(?:import\.meta\.glob(?:Eager)?|import|require)\s*(?:<[^<>]*>)?\(\s*\[?\s*{_TEXT}\1""")
_CONTEXT = re.compile(r"""\brequire\.context\(\s*(['"`])([^'"`\n]+)\1""")
_TRACKED = re.compile(rf"""\b(?:t|useT)rackComponent\(\s*{_TEXT}\1""")
_DECLARED = re.compile(
    rf"export\s+(?:declare\s+)?(?P<default>default\s+)?(?:declare\s+)?(?:async\s+)?(?:abstract\s+)?"
    rf"(?:(?:function\s*\*?|class|const\s+enum|const|let|var|enum|interface|type|namespace|module)\s+"
    rf"(?P<name>{_NAME})|(?:const|let|var)\s*(?P<bound>[{{\[][^=]{{0,2000}}?[}}\]])\s*[:=])"
)
_MORE = re.compile(rf"export\s+(?:const|let|var)\s+{_NAME}\b[^;\n]{{0,300}},\s*\n?\s*({_NAME})\s*=")
_DEFAULT = re.compile(r"export\s+default\b")
_LISTED = re.compile(r"""export\s*(?:type\s*)?\{([^{}]*)\}(?!\s*from\b)""")
_OWN = re.compile(r"\b(?:function\*?|class|const|let|var)\s+([A-Z]\w*)")
_COMPONENT = re.compile(r"[A-Z]\w*[a-z]\w*")
LOADERS = ("import.meta.glob", "require.context", "import(`", "require(`")
"""Words of which one stands in every file that loads others by a pattern."""
_LAZY = re.compile(r"\b(?:lazy|dynamic)\s*(?:<[^<>]*>)?\(\s*(?:async\s*)?\(\s*\)\s*=>\s*$")
_CALL_WORDS = (
    "import(", "import (", "require", "URL(", "ock(", "importActual", "orker(", "register(", "importScripts",
    "addModule", "fork(",
)  # fmt: skip
Line = Callable[[int], int]
"""A position in a text -> its line."""
_SINGLE_FILE = (".vue", ".svelte")


class Import(msgspec.Struct, frozen=True):
    """One place that asks for another file.

    `names` are those it takes of the file's exports (`default` among them); `whole`: it may use others too. `given`
    maps what it exports itself to what that is called in the other file; a star is `"*"`.
    """

    line: int
    specifier: str
    names: frozenset[str] = frozenset()
    whole: bool = False
    given: Mapping[str, str] = {}


class ScriptFacts(msgspec.Struct, frozen=True):
    """What a file says.

    `exports` are lines by name, stars left out; `open`: it may export more than can be read. `patterns` are
    (line, pattern) with `*` for what is computed. `tracked` are lines by the name of a component that it counts.
    `components` are the exported names that may be components, `elements` the tags that it defines.
    """

    path: str
    imports: tuple[Import, ...] = ()
    exports: Mapping[str, int] = {}
    open: bool = False
    patterns: tuple[tuple[int, str], ...] = ()
    tracked: Mapping[str, int] = {}
    components: frozenset[str] = frozenset()
    elements: frozenset[str] = frozenset()


def unreadable(content: bytes) -> str:
    """Return why a file's text says nothing (`"it is minified"`), `""` where it can be read."""
    if b"\0" in content[:8000]:
        return BINARY
    if len(content) > LARGEST:
        return f"it is larger than {LARGEST:,} bytes"
    lines = content.split(b"\n")
    if len(content) > _LONG_LINE and max(map(len, lines)) > _LONG_LINE and len(content) / len(lines) > 300:
        return "it is minified"
    return ""


def read_script(path: str, text: str) -> ScriptFacts:
    """Return what a file's text says."""
    code = code_of(path, text)
    starts = [0, *(found.end() for found in _LINES.finditer(code))]

    def line(position: int) -> int:
        return bisect_right(starts, position)

    imports = [*_statements(code, line), *_calls(code, line)]
    if path.endswith(_SINGLE_FILE):
        imports += [Import(line(found.start()), found[2], whole=True) for found in _SOURCE.finditer(code)]
    exports = dict(_exports(code, line)) if "export" in code else {}
    for one in imports:
        exports |= dict.fromkeys((name for name in one.given if name != "*"), one.line)
    assigned, is_open = exported_names(code) if "export" in code else ({}, False)
    exports |= {name: line(start) for name, start in assigned.items()}
    if path.endswith(_SINGLE_FILE) and code.strip():
        exports.setdefault("default", 1)
    names = declared(code) | exports.keys() if "export" in code else exports.keys()
    return ScriptFacts(
        path,
        tuple(sorted(imports, key=lambda one: (one.line, one.specifier))),
        exports,
        is_open or (path.endswith(".svelte") and bool(code.strip())),
        tuple(_patterns(code, line)) if any(word in code for word in LOADERS) else (),
        _tracked(code, line) if "rackComponent" in code else {},
        frozenset(name for name in names if _COMPONENT.fullmatch(name)),
        frozenset(found[2] for found in _ELEMENT.finditer(code)) if "customElements" in code else frozenset(),
    )


def code_lines(path: str, text: str) -> list[str]:
    """Return the lines of a file's text that hold more than comments, without these."""
    return [line for line in code_of(path, text).splitlines() if line.strip()]


def components_in(text: str) -> frozenset[str]:
    """Return the names of all functions, classes and constants of a file's text that may be components."""
    return frozenset(found[1] for found in _OWN.finditer(text) if _COMPONENT.fullmatch(found[1]))


def _tracked(code: str, line: Line) -> dict[str, int]:
    return {found[2]: line(found.start()) for found in _TRACKED.finditer(code) if "$" not in found[2]}


def code_of(path: str, text: str) -> str:
    """Return a file's text with spaces for comments, and for code that stands in a text."""
    if path.endswith(_SINGLE_FILE) and "<!--" in text:
        end = text.rfind("-->") + 3  # so that no search for an end is in vain
        text = _PAGE_COMMENT.sub(_spaces, text[:end]) + text[end:]
    paired = "export" in text and text.count("`") % 2 == 0  # else some backtick begins no text

    def blanked(found: re.Match[str]) -> str:
        if not found[1]:
            return _spaces(found)
        inside = found[1]
        is_text = paired and inside[0] == "`" and "export" in inside
        if is_text and _BEFORE_TEXT.search(text, max(0, found.start() - 20), found.start()):
            return _spaces(found) if _AFTER_TEXT.match(text, found.end()) else inside
        return inside

    return _COMMENT.sub(blanked, text)


def _spaces(found: re.Match[str]) -> str:
    """Return as many spaces, with the line ends."""
    return _NO_LINE_END.sub(" ", found[0])


def _statements(code: str, line: Line) -> Iterator[Import]:
    for found in (one for pattern in _FROM for one in pattern.finditer(code)):
        at, specifier = line(found.start()), found["text"]
        listed = dict(_listed(found["what"]))
        if found["verb"] == "export":
            star = re.search(rf"\*(?:\s*as\s+({_NAME}))?", found["what"])
            given = {outside: inside for inside, outside in listed.items()}
            if star is not None:
                given[star[1] or "*"] = "*"
            yield Import(at, specifier, frozenset(listed), star is not None, given)
            continue
        names = set(listed)
        bare = re.sub(r"\{[^{}]*\}|\*\s*as\s+[\w$]+", "", found["what"]).replace(",", " ").split()
        names |= {"default"} if bare else set()
        space = re.search(rf"\*\s*as\s+({_NAME})", found["what"])
        names |= _members(code, space[1]) if space else set()
        yield Import(at, specifier, frozenset(names), space is not None)
    for found in _BARE.finditer(code):
        yield Import(line(found.start()), found[2])


def _calls(code: str, line: Line) -> Iterator[Import]:
    """Yield what calls ask for: `import()`, `require()`, `new URL()`, mocks of test runners."""
    for found in _CALLED.finditer(code) if any(word in code for word in _CALL_WORDS) else ():
        if "$" in found[2]:
            continue
        names: set[str] = set()
        bound = _BOUND.search(code, max(0, found.start() - 300), found.start())
        then = _THEN.match(code, found.end())
        if bound is not None and found[0].startswith(("import", "require")):
            names = set(dict(_listed(bound[1]))) if bound[1].startswith("{") else _members(code, bound[1])
        elif then is not None:
            block = code[then.end() : then.end() + 200]
            names = set(dict(_listed(f"{{{then['names']}}}"))) if then["names"] else _members(block, then["whole"])
        elif _LAZY.search(code[max(0, found.start() - 80) : found.start()]):
            names = {"default"}
        yield Import(line(found.start()), found[2], frozenset(names), not names)


def _listed(what: str) -> Iterator[tuple[str, str]]:
    """Yield (name in the other file, name here) of what stands in braces."""
    braces = re.search(r"\{([^{}]*)\}", what)
    for part in braces[1].split(",") if braces else ():
        words = re.sub(r"=.*", "", part, flags=re.S).replace(":", " as ").split()
        words = words[1:] if len(words) > 1 and words[0] == "type" and words[1] != "as" else words
        if words and all(re.fullmatch(_NAME, word) for word in words):
            yield words[0], words[-1]


def _members(code: str, name: str) -> set[str]:
    """Return what code takes of an object by name."""
    return {found[1] for found in re.finditer(rf"(?<![\w$.]){re.escape(name)}\s*\??\.\s*({_NAME})", code)}


def _exports(code: str, line: Line) -> Iterator[tuple[str, int]]:
    for found in _DEFAULT.finditer(code):
        yield "default", line(found.start())
    for found in _DECLARED.finditer(code):
        at = line(found.start())
        if found["name"] and not found["default"]:
            yield found["name"], at
        for name in re.findall(rf"({_NAME})\s*(?=[,}}\]=]|$)", found["bound"] or ""):
            yield name, at
    for found in _MORE.finditer(code):
        yield found[1], line(found.start())
    for found in _LISTED.finditer(code):
        for _, name in _listed(f"{{{found[1]}}}"):
            yield name, line(found.start())


def _patterns(code: str, line: Line) -> Iterator[tuple[int, str]]:
    """Yield what is loaded by a pattern, `*` for what is computed."""
    for found in _PATTERN.finditer(code):
        pattern = re.sub(r"\$\{[^{}]*\}", "*", found[2])
        if "*" in pattern:
            yield line(found.start()), pattern
    for found in _CONTEXT.finditer(code):
        yield line(found.start()), f"{found[2].rstrip('/')}/**"
