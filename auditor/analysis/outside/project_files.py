"""What packaging files declare: the distribution, its scripts and its plugins.

In: the text of pyproject.toml, setup.cfg, setup.py. Out: `Declared` values. setup.py is parsed, never run; what is not
a literal there is not seen. A file that cannot be parsed gives a `Problem`.
"""

import ast
import configparser
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from auditor.model.code import Problem

SERVED_GROUP = "served"
RUN_GROUP = "run"
SETTINGS_GROUP = "settings"
NAMED_GROUP = "named"
DOCUMENTED_GROUP = "documented"


class Declared(msgspec.Struct, frozen=True):
    """A target that a project file names.

    `group` is the entry point group (`"console_scripts"`, `"pytest11"`), or one of `SERVED_GROUP`, `RUN_GROUP`,
    `SETTINGS_GROUP`, `NAMED_GROUP` (a dotted name that may be a definition's), `DOCUMENTED_GROUP` (a directive's).
    `target` is `"pkg.mod:attribute"`, `"pkg.mod:"` for a module, `"pkg.mod.Class:"` for a name whose module is not
    known yet, or a file's path for `RUN_GROUP` (`name` is then the attribute of it, `*` for all). `line` is 1-based in
    `path`, 0 where it could not be found. `in_tests` says that the naming file belongs to the tests.
    """

    group: str
    name: str
    target: str
    path: str
    line: int
    in_tests: bool = False


class FileFacts(msgspec.Struct, frozen=True):
    """What one project file says. `distribution` is the name it packages, `""` if it packages nothing."""

    distribution: str = ""
    buildable: bool = False
    classifiers: tuple[str, ...] = ()
    declared: tuple[Declared, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_pyproject(path: str, text: str) -> FileFacts:
    """Read PEP 621 metadata, Poetry's and Flit's tables of a pyproject.toml."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return FileFacts(problems=(Problem(path, 0, f"not valid TOML, so its scripts are not known: {error}"),))
    project, tool = _table(document, "project"), _table(document, "tool")
    poetry = _table(tool, "poetry")
    groups: dict[str, Mapping[str, Any]] = {
        "console_scripts": {
            **_table(_table(tool, "flit"), "scripts"),
            **_table(poetry, "scripts"),
            **_table(project, "scripts"),
        },
        "gui_scripts": _table(project, "gui-scripts"),
    }
    for plugins in (_table(poetry, "plugins"), _table(project, "entry-points")):
        groups |= {str(group): _table(plugins, str(group)) for group in plugins}
    declared = tuple(
        Declared(group, str(name), target, path, _line_of(text, str(name), target))
        for group, table in groups.items()
        for name, value in table.items()
        if (target := _target(value))
    )
    classifiers = project.get("classifiers", poetry.get("classifiers", ()))
    return FileFacts(
        distribution=str(project.get("name") or poetry.get("name") or ""),
        buildable="build-system" in document,
        classifiers=tuple(str(one) for one in classifiers) if isinstance(classifiers, list) else (),
        declared=declared,
    )


def read_setup_cfg(path: str, text: str) -> FileFacts:
    """Read `[metadata]` and `[options.entry_points]` of a setup.cfg (or an entry_points.txt)."""
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        return FileFacts(problems=(Problem(path, 0, f"not readable, so its scripts are not known: {error}"),))
    declared: list[Declared] = []
    if parser.has_section("options.entry_points"):
        for group, lines in parser.items("options.entry_points"):
            declared += _ini_lines(path, text, group, lines or "")
    classifiers = parser.get("metadata", "classifiers", fallback="") or ""
    name = parser.get("metadata", "name", fallback="") or ""
    return FileFacts(
        distribution=name,
        buildable=bool(name),
        classifiers=tuple(line.strip() for line in classifiers.splitlines() if line.strip()),
        declared=tuple(declared),
    )


def read_setup_py(path: str, text: str) -> FileFacts:
    """Read the literals given to `setup(…)` in a setup.py, following module-level names; it is never run."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError) as error:
        return FileFacts(problems=(Problem(path, 0, f"cannot be parsed, so its scripts are not known: {error}"),))
    names: dict[str, object] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Name):
                names[target.id] = _literal(statement.value, names)
    call = next(
        (
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "setup"
        ),
        None,
    )
    if call is None:
        return FileFacts()
    given = {keyword.arg: _literal(keyword.value, names) for keyword in call.keywords if keyword.arg}
    entry_points, classifiers, name = given.get("entry_points"), given.get("classifiers"), given.get("name")
    return FileFacts(
        distribution=name if isinstance(name, str) else "",
        buildable=True,
        classifiers=tuple(str(one) for one in classifiers) if isinstance(classifiers, list | tuple) else (),
        declared=tuple(_setup_entry_points(path, text, entry_points)),
    )


def _table(owner: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = owner.get(key, {})
    return value if isinstance(value, dict) else {}


def _target(value: object) -> str:
    """Return `"pkg.mod:attribute"` of a script's value (Poetry also allows a table), `""` if it is none."""
    if isinstance(value, dict):
        value = value.get("reference") or value.get("callable")
    if not isinstance(value, str):
        return ""
    target = value.partition("[")[0].strip().replace(" ", "")
    return target if ":" in target else f"{target}:" if target else ""


def _line_of(text: str, name: str, target: str) -> int:
    """Return the first line that holds both name and target, or else the target; 0 if none does."""
    bare = target.rstrip(":")
    lines = text.splitlines()
    for wanted in ((name, bare), (bare,)):
        for number, line in enumerate(lines, 1):
            if all(part in line.replace(" ", "") or part in line for part in wanted):
                return number
    return 0


def _ini_lines(path: str, text: str, group: str, lines: str) -> Iterator[Declared]:
    for line in lines.splitlines():
        name, equals, value = line.partition("=")
        if equals and (target := _target(value.strip())):
            yield Declared(group, name.strip(), target, path, _line_of(text, name.strip(), target))


def _setup_entry_points(path: str, text: str, entry_points: object) -> Iterator[Declared]:
    if isinstance(entry_points, str):
        parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
        try:
            parser.read_string("\n".join(line.strip() for line in entry_points.splitlines()))
        except configparser.Error:
            return
        entry_points = {group: [f"{k}={v}" for k, v in parser.items(group)] for group in parser.sections()}
    if isinstance(entry_points, dict):
        for group, lines in entry_points.items():
            rows = lines.splitlines() if isinstance(lines, str) else lines
            if isinstance(rows, list | tuple):
                yield from _ini_lines(path, text, str(group), "\n".join(str(row) for row in rows))


def _literal(node: ast.expr, names: Mapping[str, object]) -> object:
    """Return the value of a literal, with names that stand for earlier literals; None where it is not known."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.List | ast.Tuple):
        return [_literal(element, names) for element in node.elts]
    if isinstance(node, ast.Dict):
        return {
            str(_literal(key, names)): _literal(value, names)
            for key, value in zip(node.keys, node.values, strict=True)
            if key is not None
        }
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
