"""Which callables a server takes out of the Python files and modules that its configuration names.

In: a file's text, and what the tree holds (`Tree`). Out: `Declared` values, for mod_wsgi (`WSGIScriptAlias`), uWSGI
(`wsgi-file`, `module`, `callable`) and NGINX Unit. Only names that exist come to anything, so the usual ones are always
among them. Never says what kind of project it is.
"""

import re
from collections.abc import Iterator

from auditor.analysis.outside.files import FileKind
from auditor.analysis.outside.names import Tree
from auditor.analysis.outside.project_files import NAMED_GROUP, RUN_GROUP, Declared
from auditor.analysis.outside.text import meant

_SPEAKS = re.compile(r"[wa]sgi|\bcallable\b", re.IGNORECASE)
_CALLABLE = re.compile(r"(?i:\bcallable|\bWSGICallableObject)(?:-object)?[\s\"',=:]+([A-Za-z_]\w*)")
_FILE = re.compile(r"(?<![\w*?./-])((?:\.{0,2}/)?[\w./-]*\w\.py)(?![\w*?])")
_MODULE = re.compile(
    r"(?:\b(?:module|mount)|(?<![\w-])-w)[\s\"',=:]+(?:/[^\s=]*=)?([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?![\w:.])"
)
_USUAL = ("application", "app")


def read_callables(path: str, text: str, kind: FileKind, tree: Tree) -> Iterator[Declared]:
    """Yield the callables of each Python file and module that a file names, if it speaks of WSGI at all."""
    if kind == "python" or not _SPEAKS.search(text):
        return
    lines = meant(path, text, kind)
    names = dict.fromkeys([*_USUAL, *(match[1] for line in lines for match in _CALLABLE.finditer(line))])
    folder = path.rpartition("/")[0]
    for number, line in enumerate(lines, 1):
        files = [tree.file(match[1], folder) for match in _FILE.finditer(line)] if ".py" in line else []
        for file in filter(None, files):
            yield from (Declared(RUN_GROUP, name, file, path, number) for name in names)
        for match in _MODULE.finditer(line):
            if tree.has(match[1]):
                yield from (Declared(NAMED_GROUP, "", f"{match[1]}:{name}", path, number) for name in names)
