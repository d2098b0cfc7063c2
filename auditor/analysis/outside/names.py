"""What the text of a configuration file or script names: programs' targets, dotted names, files.

In: a file's text, and what the tree holds (`Tree`). Out: `Declared` values; those that name nothing of the tree are
left out. A line is read as a command line where a program stands in it that is known to load code. Never runs anything.
"""

import re
import sys
from collections.abc import Iterable, Iterator

from auditor.analysis.outside.files import FileKind
from auditor.analysis.outside.project_files import NAMED_GROUP, RUN_GROUP, SERVED_GROUP, SETTINGS_GROUP, Declared
from auditor.analysis.outside.text import logical, meant

_NAME = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"
_DOTTED = re.compile(rf"(?<![\w./\\@$~%+-])([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)(?::({_NAME}))?(?![\w/@-]|\.\w)")
_SHORT = re.compile(rf"(?<![\w./\\@$~%+-])([A-Za-z_]\w*):({_NAME})(?![\w/@:-]|\.\w)")
_FILE = re.compile(rf"(?<![\w*?./-])((?:\.{{0,2}}/)?[\w./-]*\w\.py)(?:::?({_NAME}))?(?![\w*?])")
_PATH_ATTRIBUTE = re.compile(r"(?<![\w./-])(?:\./)?([\w-]+(?:/[\w-]+)+)\.(?!py\b)([A-Za-z_]\w*)(?![\w./])")
_IMPORT = re.compile(rf"\bfrom\s+({_NAME})\s+import\s+\(?((?:\w+(?:\s+as\s+\w+)?\s*,\s*)*\w+)")
_PYTHON_M = re.compile(
    rf"(?:\bpy(?:thon|py)?[\d.]*\b[^;&|]*?|\bcoverage\s+run[^;&|]*?|\bpipx?\s+run[^;&|]*?)\s-m\s+({_NAME})"
)
_SETTINGS = re.compile(rf"(?:DJANGO_SETTINGS_MODULE[=:,\s]+|--(?:settings|ds)[= ]\s*)({_NAME})")
_APP_VARIABLE = re.compile(
    rf"\b(?:FLASK_APP|APP_MODULE|MODULE_NAME|CELERY_APP|WSGI_MODULE|ASGI_MODULE|CELERY_CONFIG_MODULE)"
    rf"(?:\s*[=:,]\s*|(?<=^ENV FLASK_APP)\s+)({_NAME})"
    rf"(?::({_NAME}))?"
)
_APP_OPTION = re.compile(
    rf"\b(?:celery|flask|faust|quart|litestar|procrastinate|taskiq)\b[^;|]*?\s(?:-A|--app)[= ]\s*"
    rf"({_NAME})(?::({_NAME}))?"
)
_SERVERS = re.compile(
    r"\b(?:gunicorn|uvicorn|hypercorn|daphne|granian|waitress-serve|sanic|dramatiq|arq|saq|taskiq\s+\w+|nameko\s+run|"
    r"huey_consumer(?:\.py)?|faststream\s+run|mod_wsgi-express\s+start-server|functions-framework|robyn|bjoern|meinheld|"
    r"kopf\s+run|rq\s+worker|dagster|uwsgi|newrelic-admin\s+run-program)\s([^;&|]*)"
)
_TARGET = re.compile(rf"({_NAME})(?::({_NAME}))?(?:\(.*\))?")
_UWSGI = re.compile(rf"^(?:module|mount|import|shared-import|mule|callable)\s*=\s*(?:/\S*=)?({_NAME})(?::({_NAME}))?")
_ADDED = re.compile(rf"(?:^|[\s=\[])-p[ =]?(?!no:)({_NAME})")
_TOOLS = frozenset({
    "alembic", "black", "build", "celery", "coverage", "debugpy", "django", "flake8", "flask", "gunicorn", "isort",
    "mkdocs", "mypy", "nox", "pip", "pipx", "playwright", "poetry", "pytest", "ruff", "sphinx", "tox", "twine", "uv",
    "uvicorn", "virtualenv", "wheel",
})  # fmt: skip
"""Installed programs that are run by their module's name."""
_LONGEST_NAME = 300
_LONGEST_COMMAND = 8000
_QUOTES = str.maketrans("\"',[]`{}", "        ")
_HANDLER = re.compile(r"(?i)(?:^|[\s\"'])(?:[\w-]*handler|entry_?-?point|callable|function|cmd|target)\b")
_SCRIPT_LOCATION = re.compile(r"^script_location\s*=\s*(?:%\(here\)s/)?([\w./:-]+)")


class Tree:
    """Which modules and files the project has, wherever its import roots lie."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.files = {path for path in paths if path.endswith(".py")}
        self.tails: set[str] = set()
        self.firsts: set[str] = set()
        for path in self.files:
            parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
            self.tails.update(".".join(parts[index:]) for index in range(len(parts)))
            self.firsts.update(parts)

    def has(self, module: str) -> bool:
        """Return whether a dotted name is a module's, or the end of one's."""
        return module in self.tails

    def holds(self, name: str) -> bool:
        """Return whether a dotted name is a module's or something in one."""
        while name not in self.tails:
            name = name.rpartition(".")[0]
            if not name:
                return False
        return True

    def file(self, written: str, beside: str) -> str:
        """Return the path that a file names, seen from its own directory or the root; `""` if there is none.

        Leading directories that are not the project's are those of the machine it runs on (`/app/worker.py`).
        """
        parts = [part for part in written.split("/") if part not in ("", ".", "..")]
        folders = ["", *([beside] if beside else [])]
        for start in range(len(parts)):
            for folder in reversed(folders):
                path = "/".join([*([folder] if folder else []), *parts[start:]])
                if path in self.files:
                    return path
        return ""


def read_names(path: str, text: str, kind: FileKind, tree: Tree) -> Iterator[Declared]:
    """Yield what a file's text names, in the order of its lines."""
    lines = meant(path, text, kind)
    folder = path.rpartition("/")[0]
    for number, line in enumerate(lines, 1):
        if line:
            yield from _named(path, number, line, folder, tree)
    for number, command in logical(lines):
        if len(command) <= _LONGEST_COMMAND:
            yield from _commands(path, number, command.translate(_QUOTES), tree)


def _named(path: str, number: int, line: str, folder: str, tree: Tree) -> Iterator[Declared]:
    """Yield dotted names, files and imports on a line."""
    if "." in line:
        yield from _files(path, number, line, folder, tree)
        yield from _dotted(path, number, line, tree)
    if ":" in line:
        for match in _SHORT.finditer(line):
            if tree.has(match[1]):
                yield Declared(NAMED_GROUP, "", f"{match[1]}:{match[2]}", path, number)
    if "import" in line:
        for match in _IMPORT.finditer(line):
            for name in match[2].split(",") if tree.has(match[1]) else ():
                yield Declared(NAMED_GROUP, "", f"{match[1]}:{name.split()[0]}", path, number)
    location = _SCRIPT_LOCATION.match(line) if "script_location" in line else None
    if location is not None and (file := tree.file(f"{location[1].replace(':', '/').rstrip('/')}/env.py", folder)):
        yield Declared(RUN_GROUP, "", file, path, number)


def _files(path: str, number: int, line: str, folder: str, tree: Tree) -> Iterator[Declared]:
    """Yield files (`scripts/load.py`, `flows/nightly.py:run`) and handlers in them (`functions/orders.create`)."""
    for match in _FILE.finditer(line) if ".py" in line else ():
        if file := tree.file(match[1], folder):
            yield Declared(RUN_GROUP, match[2] or "", file, path, number)
    for match in _PATH_ATTRIBUTE.finditer(line) if "/" in line else ():
        if file := tree.file(f"{match[1]}.py", folder):
            yield Declared(RUN_GROUP, match[2], file, path, number)


def _dotted(path: str, number: int, line: str, tree: Tree) -> Iterator[Declared]:
    for match in _DOTTED.finditer(line):
        name = match[1][:_LONGEST_NAME]
        if name.partition(".")[0] in tree.firsts and tree.holds(name) and not name.endswith(".py"):
            handler = "handler" if _HANDLER.search(line) else ""
            yield Declared(NAMED_GROUP, handler, f"{name}:{match[2] or ''}", path, number)


def _commands(path: str, number: int, line: str, tree: Tree) -> Iterator[Declared]:
    """Yield what programs on a command line load."""
    for match in _PYTHON_M.finditer(line) if " -m" in line else ():
        if tree.has(match[1]) and not _is_tool(match[1], tree):
            yield Declared(RUN_GROUP, "", f"{match[1]}:", path, number)
    for match in _SETTINGS.finditer(line) if "ettings" in line or "SETTINGS" in line or "--ds" in line else ():
        if tree.has(match[1]):
            yield Declared(SETTINGS_GROUP, "DJANGO_SETTINGS_MODULE", f"{match[1]}:", path, number)
    for match in _ADDED.finditer(line) if "-p" in line and ("test" in line or "addopts" in line) else ():
        if tree.has(match[1]):
            yield Declared("pytest11", "-p", f"{match[1]}:", path, number)
    yield from _served(path, number, line, tree)


def _is_tool(module: str, tree: Tree) -> bool:
    """Return whether `python -m build` means what is installed, and not some `build.py` further down."""
    own = (f"{module}.py", f"{module}/__main__.py", f"src/{module}/__main__.py")
    return (module in _TOOLS or module in sys.stdlib_module_names) and tree.files.isdisjoint(own)


def _served(path: str, number: int, line: str, tree: Tree) -> Iterator[Declared]:
    """Yield the application objects that servers and workers are told of."""
    for pattern in (_APP_VARIABLE, _APP_OPTION, _UWSGI):
        for match in pattern.finditer(line):
            if tree.has(match[1]) or (match[2] is None and tree.holds(match[1])):
                yield Declared(SERVED_GROUP, "", f"{match[1]}:{match[2] or ''}", path, number)
    for match in _SERVERS.finditer(line):
        for word in match[1].split():
            target = _TARGET.fullmatch(word.partition("=")[2] if word.startswith("--") else word)
            if target is not None and tree.holds(target[1]):
                yield Declared(SERVED_GROUP, "", f"{target[1]}:{target[2] or ''}", path, number)
