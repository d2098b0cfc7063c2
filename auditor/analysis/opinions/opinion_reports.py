"""Reports of other tools: which reader for which tool, and the readers of deadcode, skylos and vulture.

In: a report's bytes. Out: an `OpinionReport`. Checked against deadcode 2.4.1 (text, with and without colours), skylos
5.1.2 (JSON) and vulture 2.14 to 2.16 (text). A report of another shape is an error; never silence, never "nothing
found".
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from auditor.analysis.opinions import knip
from auditor.analysis.opinions.opinion_values import Checked, Opinion, OpinionReport, ToolName, decoded
from auditor.errors import ConfigError
from auditor.model.code import Problem

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_DEADCODE = re.compile(r"(?P<path>.+?):(?P<line>\d+):\d+: DC\d\d (?P<kind>[\w ]+?) `(?P<name>[^`]*)` is never used")
_DEADCODE_QUIET = ("Well done!", "All done!")
_DEADCODE_OTHER = re.compile(r".+?:\d+:\d+: DC\d\d ")
_VULTURE = re.compile(
    r"(?P<path>.+?):(?P<line>\d+): (?:unused (?P<kind>\w+) '(?P<name>.*)'|(?P<flow>unreachable .*|unsatisfiable .*"
    r"|redundant .*)) \(\d+% confidence(?:, \d+ lines?)?\)"
)
_VULTURE_BROKEN = re.compile(r"(?P<path>.+?\.pyi?):(?P<line>\d+): (?P<message>.+)")
_SKYLOS = {
    "unused_functions": "function", "unused_imports": "import", "unused_classes": "class",
    "unused_variables": "variable", "unused_parameters": "argument",
}  # fmt: skip


def read_report(tool: ToolName, path: Path, shown: str) -> OpinionReport:
    """Return what a report says; `shown` is how messages call it.

    Raises:
        ConfigError: It cannot be read, or is not what any checked version of the tool writes.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{shown}: cannot be read: {error.strerror or error}; run {tool} first") from error
    return _READERS[tool](content, shown)


def _read_deadcode(content: bytes, file: str) -> OpinionReport:
    found = []
    for number, line in _lines(content, file, "deadcode"):
        match = _DEADCODE.fullmatch(line)
        if match is not None:
            found.append(Opinion("deadcode", match["path"], int(match["line"]), match["name"], match["kind"].lower()))
        elif not _DEADCODE_OTHER.match(line) and not line.startswith(_DEADCODE_QUIET):
            raise ConfigError(f"{file}: line {number} is not a line of deadcode: {line[:80]!r}")
    return OpinionReport(tuple(found))


def _read_vulture(content: bytes, file: str) -> OpinionReport:
    found, broken = [], []
    for number, line in _lines(content, file, "vulture"):
        match, other = _VULTURE.fullmatch(line), _VULTURE_BROKEN.fullmatch(line)
        if match is not None and match["name"] is not None:
            found.append(Opinion("vulture", match["path"], int(match["line"]), match["name"], match["kind"]))
        elif match is None and other is not None:
            message = f"{file}: vulture could not read it: {other['message']}"
            broken.append(Problem(other["path"], int(other["line"]), message))
        elif match is None:
            raise ConfigError(f"{file}: line {number} is not a line of vulture: {line[:80]!r}")
    return OpinionReport(tuple(found), problems=tuple(broken))


def _lines(content: bytes, file: str, tool: str) -> Iterator[tuple[int, str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: not the text of {tool}: not UTF-8 at byte {error.start}") from error
    for number, line in enumerate(_COLOUR.sub("", text).splitlines(), 1):
        if line.strip():
            yield number, line.rstrip()


def _read_skylos(content: bytes, file: str) -> OpinionReport:
    top = decoded(content, file, "skylos")
    found = [one for key, kind in _SKYLOS.items() for one in _skylos_list(top.at(key), kind, top)]
    problems = [_skylos_error(one, file) for one in top.at("analysis_errors").list()]
    return OpinionReport(tuple(found), problems=tuple(problems))


def _skylos_list(listed: Checked, kind: str, top: Checked) -> Iterator[Opinion]:
    root = _skylos_root(top)
    for one in listed.list():
        path = one.at("file").text().replace("\\", "/")
        name = one.at("full_name").text().rpartition(".")[2]
        yield Opinion("skylos", path.removeprefix(root), one.at("line").number(), name, kind)


def _skylos_root(top: Checked) -> str:
    """Return the directory that skylos looked into, with a slash, `""` where it does not say."""
    scope = top.table()
    for key in ("analysis_summary", "comparison_scope"):
        scope = scope.get(key) or {}
        if not isinstance(scope, dict):
            return ""
    root = scope.get("repository_root") or scope.get("scan_path")
    return f"{root.rstrip('/')}/" if isinstance(root, str) and root else ""


def _skylos_error(one: Checked, file: str) -> Problem:
    table = one.value if isinstance(one.value, dict) else {"message": str(one.value)}
    line = table.get("line")
    message = str(table.get("message") or table.get("error") or table.get("reason") or "it does not say why")
    path = str(table.get("file") or table.get("path") or file)
    return Problem(path, line if isinstance(line, int) else 0, f"{file}: skylos could not analyse it: {message}")


_READERS: dict[ToolName, Callable[[bytes, str], OpinionReport]] = {
    "knip": knip.read, "deadcode": _read_deadcode, "skylos": _read_skylos, "vulture": _read_vulture,
}  # fmt: skip
