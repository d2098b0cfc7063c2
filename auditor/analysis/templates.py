"""Templates use attributes of the program's objects: `{{ order.label }}` takes `.label` of something.

In: a template's bytes (Django, Jinja, Mako). Out: ModuleFacts with an attribute use for every name inside its tags. A
template's module name is `/` and its path, so it never meets a Python module's. Never renders or parses a template.
"""

import re

from auditor.model.code import Definition, ModuleFacts, Reference, SourceFile, module_id

SUFFIXES = (".html", ".htm", ".jinja", ".jinja2", ".j2", ".djhtml", ".mako")
_TEXT_SUFFIXES = (".txt", ".xml", ".md", ".eml", ".csv")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\$\{.*?\}|^\s*%.*?$", re.DOTALL | re.MULTILINE)
_NAME = re.compile(r"[^\W\d]\w*")


def is_template(path: str) -> bool:
    """Return whether a path (relative, with `/`) is a template's by its suffix, or by its folder and suffix."""
    return path.endswith(SUFFIXES) or (path.endswith(_TEXT_SUFFIXES) and "templates/" in path)


def template_facts(source: bytes, file: SourceFile) -> ModuleFacts:
    """Return what a template uses: each distinct name in its tags, with its first line."""
    text = source.decode("utf-8", "replace")
    whole = Definition(module_id(file.module), "module", file.path, 1, text.count("\n") + 1, in_tests=file.in_tests)
    names = template_names(text)
    references = tuple(Reference(whole.id, f".{name}", "attribute", line) for name, line in names.items())
    return ModuleFacts(
        file.path, file.module, False, file.in_tests, 0, definitions=(whole,), references=references
    )  # fmt: skip


def template_names(text: str) -> dict[str, int]:
    """Return every name inside the tags of a template's text, with its first line (1-based)."""
    names: dict[str, int] = {}
    for tag in _TAG.finditer(text):
        line = text.count("\n", 0, tag.start()) + 1
        for name in _NAME.findall(tag[0]):
            names.setdefault(name, line)
    return names
