"""Templates use attributes of the program's objects: `{{ order.label }}` takes `.label` of something.

In: a template's bytes (Django, Jinja, Mako, Chameleon). Out: ModuleFacts with an attribute use for every name inside
its tags that can be an attribute, a filter, a test, a tag or a function; and the imports of its blocks of Python. What
stands for a value of the context by its bare name is none of these, nor are words in comments and in texts to
translate. A template's module name is `/` and its path, so it never meets a Python module's. Never renders a template.
"""

import ast
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator

from auditor.model.code import CallFact, Definition, ModuleFacts, Reference, SourceFile, Value, module_id

SUFFIXES = (
    ".html", ".htm", ".jinja", ".jinja2", ".j2", ".djhtml", ".mako", ".mak", ".pt", ".zpt", ".mustache", ".hbs",
)  # fmt: skip
_TEXT_SUFFIXES = (".txt", ".xml", ".md", ".eml", ".csv", ".sql", ".tpl", ".tmpl", ".rst", ".yaml", ".json", ".svg")
_BARE_NAMES = (".mustache", ".hbs", ".pt", ".zpt")
"""Templates in which a bare name may be an attribute of the object that is rendered."""
_TAG = re.compile(
    r"\{#.*?#\}|\{%-?\s*(?:comment|raw|verbatim)\b.*?%\}.*?\{%-?\s*end(?:comment|raw|verbatim)\b.*?%\}"
    r"|(\{\{.*?\}\}|\{%.*?%\}|\$\{.*?\}|^\s*%.*?$)",
    re.DOTALL | re.MULTILINE,
)
_PARTS = re.compile(r""""[^"\n]*"|'[^'\n]*'|[^\W\d]\w*|\d+|[^\w\s]""")
_NAME = re.compile(r"[^\W\d]\w*")
_PATH = re.compile(r"[^\W\d]\w*(?:(?:\.|__)\w+)*")
_ATTRIBUTES_IN_TEXT = frozenset({
    "map", "selectattr", "rejectattr", "sort", "groupby", "sum", "unique", "min", "max", "attr", "dictsort", "regroup",
    "dictsortreversed", "getattr",
})  # fmt: skip
"""Filters and functions whose text arguments name attributes."""
_WORDS = frozenset({
    "if", "elif", "else", "endif", "for", "endfor", "empty", "block", "endblock", "with", "endwith", "set", "endset",
    "load", "trans", "translate", "blocktrans", "blocktranslate", "endblocktrans", "endblocktranslate", "plural", "url",
    "include", "extends", "import", "from", "static", "csrf_token", "macro", "endmacro", "call", "endcall", "filter",
    "endfilter", "autoescape", "endautoescape", "comment", "endcomment", "spaceless", "endspaceless", "cycle", "now",
    "firstof", "regroup", "while", "endwhile", "do", "pluralize", "language", "endlanguage", "cache", "endcache",
    "ifchanged", "get_current_language", "get_static_prefix", "get_media_prefix", "def", "return", "in", "is", "not",
    "and", "or",
})  # fmt: skip
"""Tags that come with the engines: their texts are words, paths and names of URLs."""
_OWN_FILTERS = frozenset(
    {"default", "default_if_none", "date", "time", "add", "cut", "join", "yesno", "pluralize", "d"}
)
_OTHER_LANGUAGE = re.compile(
    r"(?:^\{\{-?|[(|]|\b(?:if|range|with|not|and|or|eq|ne|default|toYaml|quote))\s*\.[A-Za-z]|\$\."
)
"""A name that starts with a dot is Go's: charts for Kubernetes look like templates of ours."""
_PYTHON_BLOCK = re.compile(r"<%!?\s(.*?)%>", re.DOTALL)
_NAMESPACE = re.compile(r"<%namespace\b[^>]*\bmodule\s*=\s*[\"']([\w.]+)[\"']")
_LINK = re.compile(r"""(?:\b(?:url_for|url_path_for|url)\(|\{%-?\s*url\s)\s*["']([^"'{}\n]+)["']""")
_TAL = re.compile(r"\b(?:tal|metal):[\w-]+\s*=\s*(\"[^\"]*\"|'[^']*')")


_FIELD = re.compile(r"\{\w*((?:\.\w+|\[[^\[\]{}]*\])+)(?=[}!:])")
_ATTRIBUTE = re.compile(r"\.([^\W\d]\w*)")


def format_attributes(text: str) -> Iterator[str]:
    """Yield the attributes that the fields of a format string take (`{0.nick}`, `{order.lines[0].label:>9}`)."""
    for field in _FIELD.finditer(text):
        yield from _ATTRIBUTE.findall(re.sub(r"\[[^\]]*\]", "", field[1]))


def is_template(path: str) -> bool:
    """Return whether a path (relative, with `/`) is a template's by its suffix, or by its folder and suffix."""
    return path.endswith(SUFFIXES) or (path.endswith(_TEXT_SUFFIXES) and "templates/" in path)


def template_facts(source: bytes, file: SourceFile) -> ModuleFacts:
    """Return what a template uses: each distinct name in its tags, with its first line."""
    text = source.decode("utf-8", "replace")
    whole = Definition(module_id(file.module), "module", file.path, 1, text.count("\n") + 1, in_tests=file.in_tests)
    names = template_names(text, bare=file.path.endswith(_BARE_NAMES))
    references = [Reference(whole.id, f".{name}", "attribute", line) for name, line in names.items()]
    if "<%" in text:
        references += _python(text, whole.id)
    return ModuleFacts(
        file.path, file.module, False, file.in_tests, 0, definitions=(whole,), references=tuple(references),
        calls=tuple(_links(text, whole.id)),
    )  # fmt: skip


def _links(text: str, source: str) -> Iterator[CallFact]:
    """Yield the calls that make a link to a route by its name."""
    for match in _LINK.finditer(text) if "url" in text else ():
        line = text.count("\n", 0, match.start()) + 1
        yield CallFact(source, ".url_for", line, (Value("text", match[1]),))


def template_names(text: str, *, bare: bool = False) -> dict[str, int]:
    """Return the names inside the tags of a template's text that it uses, with their first line (1-based).

    `bare` says that a name by itself may be an attribute of the object that is rendered.
    """
    names: dict[str, int] = {}
    _note(names, text, _TAG, _NAME.findall if bare else _used)
    if "tal:" in text:
        _note(names, text, _TAL, _NAME.findall)
    return names


def _note(names: dict[str, int], text: str, tags: re.Pattern[str], used: Callable[[str], Iterable[str]]) -> None:
    """Note the names used by a text's tags; a tag that is written again says nothing new."""
    seen = {""}
    line, place = 1, 0
    for match in tags.finditer(text):
        tag = match[1] or ""
        if tag in seen:
            continue
        seen.add(tag)
        for name in used(tag):
            line += text.count("\n", place, match.start())
            place = match.start()
            names.setdefault(name, line)


def _used(tag: str) -> Iterator[str]:
    """Yield the names that a tag uses as attributes, filters, tests, tags or functions."""
    if "." in tag and _OTHER_LANGUAGE.search(tag):
        return
    parts = _PARTS.findall(tag)
    first = next((position for position, part in enumerate(parts) if part not in "{%-+"), len(parts))
    is_tag = tag.startswith("{%") and first < len(parts)
    own = is_tag and parts[first] in _WORDS
    named = not _ATTRIBUTES_IN_TEXT.isdisjoint(parts)
    for position, part in enumerate(parts):
        before = parts[position - 1] if position else ""
        if part[0] in "\"'":
            argument = before == ":" and position > 1 and parts[position - 2] not in _OWN_FILTERS
            if (named or before == "[" or argument or (is_tag and not own)) and _PATH.fullmatch(part[1:-1]):
                yield from _NAME.findall(part.replace("__", "."))
        elif not (part[0].isalpha() or part[0] == "_"):
            continue
        elif before in (".", "|") or part in ("getattr",):
            yield part
        elif position == first:
            if (is_tag and not own) or parts[position + 1 : position + 2] == ["("]:
                yield part
        elif (
            parts[position + 1 : position + 2] == ["("]
            or before in ("is", "filter", "by")
            or (before == "not" and parts[position - 2] == "is")
        ):
            yield part


def _python(text: str, source: str) -> Iterator[Reference]:
    """Yield what Mako's blocks of Python use: imports, attributes; every name of one that is no Python."""
    for namespace in _NAMESPACE.finditer(text):
        line = text.count("\n", 0, namespace.start()) + 1
        yield Reference(source, namespace[1], "import", line)
    for block in _PYTHON_BLOCK.finditer(text):
        line = text.count("\n", 0, block.start()) + 1
        try:
            tree = ast.parse(textwrap.dedent(block[1].rstrip()).strip())
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            yield from (Reference(source, f".{name}", "attribute", line) for name in _NAME.findall(block[1]))
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from (Reference(source, one.name, "import", line) for one in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield from (Reference(source, f"{node.module}.{one.name}", "name", line) for one in node.names)
            elif isinstance(node, ast.Attribute):
                yield Reference(source, f".{node.attr}", "attribute", line)
