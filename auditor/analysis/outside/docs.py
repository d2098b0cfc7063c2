"""What documentation presents as code: directives that import it, and example files that it includes.

In: the text of a reStructuredText or Markdown file. Out: `Declared` values. A name in prose is only a word: it says
nothing of use. A directive that names one thing offers it to readers, and the documentation no longer builds without
it, so it holds the thing back. `automodule` presents whatever there is, so it holds the module alone.
"""

import re
from collections.abc import Iterator

from auditor.analysis.outside.names import Tree
from auditor.analysis.outside.project_files import DOCUMENTED_GROUP, RUN_GROUP, Declared

_NAME = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"
_DIRECTIVE = re.compile(
    r"^\s*(?:\.\.\s+|(?:```|:::)\{)(?:py:)?(auto\w+|currentmodule|module|click|typer|autoprogram|literalinclude|argparse|"
    r"pydantic_model|autopydantic_model|include)(?:::|\})\s*(\S+)?"
)
_MKDOCSTRINGS = re.compile(rf"^\s*:::\s+({_NAME})\s*$")
_FIELD = re.compile(rf"^\s+:(module|func|ref):\s*({_NAME})")


def read_docs(path: str, text: str, tree: Tree) -> Iterator[Declared]:
    """Yield what a document's directives name."""
    if "::" not in text and "```{" not in text:
        return
    folder, current, module = path.rpartition("/")[0], "", ""
    for number, line in enumerate(text.splitlines(), 1):
        if (simple := _MKDOCSTRINGS.match(line)) is not None and tree.holds(simple[1]):
            yield Declared(DOCUMENTED_GROUP, "", f"{simple[1]}:", path, number)
        field = _FIELD.match(line)
        if field is not None and field[1] == "module":
            module = field[2]
        elif field is not None and module and tree.has(module):
            yield Declared(DOCUMENTED_GROUP, "", f"{module}:{field[2]}", path, number)
        directive = _DIRECTIVE.match(line)
        if directive is None or not directive[2]:
            continue
        kind, given = directive[1], directive[2]
        if kind in ("currentmodule", "module", "automodule"):
            current = given
        if kind in ("literalinclude", "include"):
            file = tree.file(given, folder) if given.endswith(".py") else ""
            if file:
                yield Declared(RUN_GROUP, "", file, path, number)
            continue
        name = given.partition("(")[0]
        for candidate in (name, f"{current}.{name}" if current else ""):
            dotted, _, attribute = candidate.partition(":")
            if candidate and kind != "currentmodule" and kind != "module" and tree.holds(dotted):
                yield Declared(DOCUMENTED_GROUP, "", f"{dotted}:{attribute}", path, number)
                break
