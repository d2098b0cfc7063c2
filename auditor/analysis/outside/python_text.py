"""What Python code names that is not read as the project's own: `.wsgi`, `.pyw`, `SConstruct`, Cython.

In: a file's text, and what the tree holds (`Tree`). Out: `Declared` values for what it imports, and for what it takes
of that. Reads by text, as Cython is no Python and such scripts are often old; never runs anything. A name in a
comment counts: it can only keep code alive.
"""

import re
from collections.abc import Iterator
from itertools import islice

from auditor.analysis.outside.names import Tree, read_names
from auditor.analysis.outside.project_files import NAMED_GROUP, RUN_GROUP, Declared

_NAME = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"
_FROM = re.compile(rf"(?:^|[;:]) ?from ?(\.*) ?({_NAME})? ?\bc?import\b ?(?:\(([^()]*)\)|([^\n;]*))", re.MULTILINE)
_IMPORT = re.compile(r"(?:^|[;:]) ?c?import ([^\n;]+)", re.MULTILINE)
_ONE = re.compile(rf"({_NAME}|\*)(?:\s+as\s+(\w+))?")
_TAKEN = re.compile(rf"(?<![\w.])({_NAME})")
_ATTRIBUTE = re.compile(r"\.([A-Za-z_]\w*)")
_COMMENT = re.compile(r"#[^\n]*")
_SPACES = re.compile(r"[^\S\n]+")
_LONGEST_NAME = 300
_MOST_METHODS = 100_000


def read_python(path: str, text: str, tree: Tree) -> Iterator[Declared]:
    """Yield the modules and definitions of the tree that a file imports, takes by a dotted name, or names in a string.

    Of an imported class every method counts whose name the file takes of anything.
    """
    yield from read_names(path, text, "python", tree)
    text = _SPACES.sub(" ", text.replace("\r\n", "\n").replace("\\\n", " "))
    bound: dict[str, str] = {}
    for alias, name, line in _imported(path, text, tree):
        if name.endswith(".*"):
            yield from (Declared(RUN_GROUP, "*", file, path, line) for file in _files(name[:-2], tree))
        else:
            bound[alias] = name
            yield Declared(NAMED_GROUP, "", f"{name}:", path, line)
    for name in sorted(_taken(text, bound)):
        yield Declared(NAMED_GROUP, "", f"{name}:", path, 0)


def _files(module: str, tree: Tree) -> list[str]:
    written = module.replace(".", "/")
    ends = (f"/{written}.py", f"/{written}/__init__.py")
    return sorted(file for file in tree.files if f"/{file}".endswith(ends))


def _imported(path: str, text: str, tree: Tree) -> Iterator[tuple[str, str, int]]:
    """Yield what each import binds, the full dotted name of it (`*` last for all), and the line."""
    for match in _FROM.finditer(text):
        module = _absolute(path, len(match[1]), match[2] or "")[:_LONGEST_NAME]
        if module and not tree.holds(module):
            continue
        listed = _COMMENT.sub("", match[3] if match[3] is not None else match[4])
        line = text.count("\n", 0, match.start(2 if match[2] else 1)) + 1
        for one in _ONE.finditer(listed):
            yield one[2] or one[1], f"{module}.{one[1]}".lstrip("."), line
    for match in _IMPORT.finditer(text):
        line = text.count("\n", 0, match.start(1)) + 1
        for one in _ONE.finditer(_COMMENT.sub("", match[1])):
            if tree.holds(one[1][:_LONGEST_NAME]):
                yield one[2] or one[1], one[1][:_LONGEST_NAME], line


def _absolute(path: str, dots: int, module: str) -> str:
    """Return the dotted name of a module that is named from within `path`'s directory by `dots` dots."""
    if not dots:
        return module
    folders = path.split("/")[:-dots]
    return ".".join([*folders, *([module] if module else [])])


def _taken(text: str, bound: dict[str, str]) -> set[str]:
    """Return the dotted names that are taken of what imports bind, and the methods a class of them may be asked for."""
    found: set[str] = set()
    for written in set(_TAKEN.findall(text)):
        parts = written[:_LONGEST_NAME].split(".")
        for end in range(1, len(parts)):
            if (name := bound.get(".".join(parts[:end]))) is not None:
                found.add(".".join([name, *parts[end:]]))
    attributes = set(_ATTRIBUTE.findall(text))
    classes = sorted(name for name in {*bound.values(), *found} if name.rpartition(".")[2][:1].isupper())
    methods = (f"{name}.{attribute}" for name in classes for attribute in attributes)
    return found.union(islice(methods, _MOST_METHODS))
