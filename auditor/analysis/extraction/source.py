"""One file's bytes to text and tree, by whatever can read it; and the facts of what nothing can.

In: bytes and a SourceFile. Out: the decoded text with its tree, or `ModuleFacts` in which every identifier counts as
used. Syntax newer than this Python's is read with libcst. Never raises for what a file contains.
"""

import ast
import io
import re
import sys
import tokenize
import warnings

from auditor.model.code import Definition, ModuleFacts, Problem, Reference, SourceFile, absolute_import, module_id

_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_KEEP = re.compile(r"#\s*auditor:\s*keep\b")
_IMPORT_LINE = re.compile(r"^\s*(?:from\s+([\w.]+)\s+import|import\s+([\w.]+))", re.MULTILINE)
_NEWER = re.compile(
    r"""\b(?:[ft]r?|r[ft])['"]|\bexcept\b|\btype[\s\\]|\b(?:def|class)[\s\\]+\w+[\s\\]*\[""", re.IGNORECASE
)
"""All that `newer_syntax` can make older: a file without is broken in any Python."""
_MAIN = re.compile(r"^if\s+__name__\s*==", re.MULTILINE)


def parse(source: bytes, path: str) -> tuple[str, ast.Module | None, Problem]:
    """Decode by cookie or BOM and parse; the tree is None where that fails, with the problem."""
    try:
        text = _decoded(source)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        text = source.decode("latin-1")
        return text, None, Problem(path, 0, f"cannot be decoded: {_first_line(error)}; every name in it counts as used")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return text, ast.parse(text, path), Problem(path, 0, "")
    except SyntaxError as error:
        return _parse_otherwise(text, path, error)
    except (ValueError, RecursionError, MemoryError) as error:
        what = f"cannot be parsed: {_first_line(error) or type(error).__name__}; every name in it counts as used"
        return text, None, Problem(path, 0, what)


def _decoded(source: bytes) -> str:
    """Return the text of a file; one that names no encoding in its first two lines is in UTF-8."""
    second = source.find(b"\n", source.find(b"\n") + 1)
    if source.isascii() and b"coding" not in (source[:second] if second >= 0 else source):
        return source.decode("ascii")
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    return source.decode(encoding)


def _parse_otherwise(text: str, path: str, error: SyntaxError) -> tuple[str, ast.Module | None, Problem]:
    """Read syntax newer than this Python's; what is older than Python 3, or broken, stays without a tree."""
    line = error.lineno or 0
    if error.msg.startswith("Missing parentheses in call to"):
        old = "cannot be parsed: it is written for Python 2; every name in it counts as used"
        return text, None, Problem(path, line, old)
    tree: ast.Module | None = None
    if _NEWER.search(text):
        from auditor.analysis.extraction.newer_syntax import parse_newer  # slow to import, and seldom needed

        tree = parse_newer(text)
    if tree is None:
        return text, None, Problem(path, line, f"cannot be parsed: {error.msg}; every name in it counts as used")
    running = "{}.{}".format(*sys.version_info[:2])
    return text, tree, Problem(path, line, f"read with libcst: its syntax is newer than Python {running}'s")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def unparsed(text: str, file: SourceFile, problem: Problem) -> ModuleFacts:
    """Return the facts of a file that was not parsed: fail closed."""
    lines = text.count("\n") + 1
    whole = Definition(module_id(file.module), "module", file.path, 1, lines, in_tests=file.in_tests)
    found = (match[1] or match[2] for match in _IMPORT_LINE.finditer(text))
    named = {_absolute(file, name) for name in found}
    return ModuleFacts(
        file.path, file.module, file.is_package, file.in_tests, lines, parsed=False, definitions=(whole,),
        references=tuple(Reference(whole.id, name, "import", 0) for name in sorted(named) if name),
        has_main_guard=_MAIN.search(text) is not None, identifiers=frozenset(_IDENTIFIER.findall(text)),
        keeps=keeps(text), problems=(problem,),
    )  # fmt: skip


def _absolute(file: SourceFile, name: str) -> str:
    level = len(name) - len(name.lstrip("."))
    return absolute_import(file.module, level, name[level:], is_package=file.is_package)


def keeps(text: str) -> tuple[int, ...]:
    """Return the lines that carry `# auditor: keep`, 1-based."""
    if "auditor:" not in text:
        return ()
    return tuple(number for number, line in enumerate(text.split("\n"), 1) if _KEEP.search(line))
