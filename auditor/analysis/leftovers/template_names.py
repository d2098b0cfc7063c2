"""Which places of a repository name which of its templates, or could.

In: paths of templates, texts by path, the lines of classes. Out: `Named` by template. It errs towards naming: a name
that is computed names every template that it may mean. Templates that a framework or a library finds by itself are
left out. Never renders a template, and never says that one may go.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

import msgspec

from auditor.analysis.extraction.templates import is_template
from auditor.analysis.leftovers.computed_names import computed_lines

Place = tuple[str, int]

_FOLDERS = frozenset({"templates", "template", "jinja2", "jinja"})
_SERVED = frozenset({"static", "public", "docs", "dist", "node_modules", "assets", "site-packages"})
_BY_FRAMEWORKS = frozenset({
    "admin", "registration", "account", "socialaccount", "mfa", "usersessions", "flatpages", "rest_framework", "gis",
    "django", "wagtailadmin", "cms", "security", "appbuilder", "bootstrap", "debug_toolbar", "allauth",
    "openid", "oauth2_provider", "two_factor", "comments", "sitemaps",
})  # fmt: skip
"""Folders of templates that frameworks and libraries look into by names of their own."""
_BY_FIXED_NAME = re.compile(r"[1-5]\d\d(?:$|_)|base_site$|sitemap|robots$")
_GENERIC = re.compile(r"_(?:list|detail|form|confirm_delete|archive\w*|page|block)$")
"""Ends of the names that Django's and Wagtail's classes derive from their model's name or their own."""


class Named(msgspec.Struct, frozen=True):
    """`places` name a template or could; `by_code` are those of them that are a Python text with just its name."""

    places: frozenset[Place]
    by_code: frozenset[Place]


def removable(paths: Iterable[str], libraries: Iterable[str] = ()) -> tuple[str, ...]:
    """Return those of some paths that are templates which only the project's own texts can name.

    `libraries` are names of packages from outside: their folders of templates are theirs.
    """
    theirs = _BY_FRAMEWORKS.union(libraries)
    return tuple(path for path in sorted(paths) if is_template(path) and _is_own(path, theirs))


def _is_own(path: str, theirs: frozenset[str]) -> bool:
    folders = PurePosixPath(path).parts[:-1]
    if _FOLDERS.isdisjoint(folders) or not _SERVED.isdisjoint(folders):
        return False
    return theirs.isdisjoint(folders[_below(folders) :]) and not _BY_FIXED_NAME.match(PurePosixPath(path).stem)


def _below(folders: Sequence[str]) -> int:
    """Return where the part of a path begins that is relative to its folder of templates."""
    return 1 + next(n for n, folder in enumerate(folders) if folder in _FOLDERS)


def named(
    templates: Sequence[str], texts: Mapping[str, str], classes: Mapping[str, Sequence[Place]] = {}
) -> dict[str, Named]:
    """Return who names each template.

    Args:
        templates: Paths, as in `texts`.
        texts: All texts of the repository by path.
        classes: Where classes are defined, by their name in lower case: some look for templates called like them.
    """
    if not templates:
        return {}
    finder = _Finder(templates, exact=not any("PrefixLoader" in text for text in texts.values()))
    for path, text in texts.items():
        finder.look_into(path, text)
    for template in templates:
        stem = PurePosixPath(template).stem.lower()
        for name in {stem.replace("_", ""), _GENERIC.sub("", stem).replace("_", "")}:
            finder.places[template].update(classes.get(name, ()))
    return {one: Named(frozenset(finder.places[one]), frozenset(finder.by_code[one])) for one in templates}


class _Finder:
    """Looks for names that end as templates do, and for those that are put together."""

    def __init__(self, templates: Sequence[str], *, exact: bool) -> None:
        self.templates = templates
        self.exact = exact
        self.by_name: dict[str, list[str]] = {}
        for template in templates:
            self.by_name.setdefault(PurePosixPath(template).name, []).append(template)
        suffixes = sorted({PurePosixPath(template).suffix for template in templates}, key=len, reverse=True)
        self.pattern = re.compile(rf"(?:{'|'.join(map(re.escape, suffixes))})(?![\w(-])")
        self.places: dict[str, set[Place]] = {template: set() for template in templates}
        self.by_code: dict[str, set[Place]] = {template: set() for template in templates}

    def look_into(self, path: str, text: str) -> None:
        """Note what one text names."""
        is_python, is_page = path.endswith(".py"), is_template(path)
        line = place = 0
        for match in self.pattern.finditer(text):
            start = _start(text, match.start())
            line, place = line + text.count("\n", place, match.start()), match.start()
            where, name = (path, line + 1), text[start : match.end()].replace("\\", "/")
            before, after = text[start - 1 : start], text[match.end() : match.end() + 1]
            if is_python and ";" in _line_at(text, place):
                where = (path, 0)  # it cannot be told what of the line goes
            if (before and before in "}%*)") or name.startswith("."):
                self._computed(name, before, where, everywhere=is_python or is_page)
                continue
            for template in self.by_name.get(name.rpartition("/")[2], ()):
                if template == path or not self._means(name, template):
                    continue
                self.places[template].add(where)
                whole = before == after and before in ("'", '"')
                if is_python and whole and f"/{template}".endswith(f"/{name}") and where[1]:
                    self.by_code[template].add(where)
        for line in computed_lines(path, text, is_page=is_page):
            for template in self.templates:
                if template != path:
                    self.places[template].add((path, line))

    def _means(self, name: str, template: str) -> bool:
        """Return whether a name may be a template's: their last two parts are the same, where both have as many."""
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if not self.exact or ".." in parts:
            return True
        return parts[-2:] == template.split("/")[-2:] or len(parts) == 1

    def _computed(self, name: str, before: str, where: Place, *, everywhere: bool) -> None:
        """Note the end of a name of which the start is put together, or a suffix by itself."""
        if before == "%":
            name = name[1:]
        if "/" in name:
            name = f"/{PurePosixPath(name).name}"
        elif PurePosixPath(f"x{name}").stem == "x" and not everywhere:
            return  # a list of files in a configuration: every page, for a package or a formatter
        for template in self.templates:
            if template.endswith(name) and template != where[0]:
                self.places[template].add(where)


def _start(text: str, end: int) -> int:
    """Return where the name that goes on at `end` begins; one of more than 300 characters is none."""
    first, place = max(0, end - 300), end
    while place > first and (text[place - 1].isalnum() or text[place - 1] in "_./\\-"):
        place -= 1
    return place


def _line_at(text: str, place: int) -> str:
    end = text.find("\n", place)
    return text[text.rfind("\n", 0, place) + 1 : end if end >= 0 else len(text)]
