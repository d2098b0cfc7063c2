"""What calls a script from outside: keys of `package.json`, pages, bundlers' settings, files that are routes.

In: a `Project`, the texts of pages and settings. Out: `Entry`s by file. Never reads a file, and never says whether an
entry is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import PurePosixPath

import msgspec

from auditor.analysis.scripts.resolving import Project, folder_of

_KEYS = ("main", "module", "browser", "source", "bin", "exports", "svelte", "unpkg")
_WORD = re.compile(r"[^\s\"'=,;&|()]+")
_SCRIPT_TAG = re.compile(r"<script\b[^>]*?\bsrc\s*=\s*[\"']([^\"'{}?#]+)", re.I)
_TEXT = re.compile(r"""(?<!from )(?<!import )(?<!require\()(?<!import\()(['"`])([^'"`\n$*]+)\1""")
_TEMPLATE = re.compile(r"\{[{%]|<%|<\?|th:|@extends")
_BUNDLER = re.compile(
    r"(?:vite|webpack|rollup|rspack|rsbuild|esbuild|tsup|next|nuxt|vue|svelte|astro|parcel|electron|snowpack)[\w.-]*"
    r"\.(?:config|conf|common|dev|prod|server|client)[\w.-]*\.[cm]?[jt]s|angular\.json|gulpfile\.[cm]?[jt]s|esbuild\.[cm]?[jt]s"
)
_TOOLS = re.compile(
    r".*\.(?:config|conf|setup)\.[cm]?[jt]sx?|\.\w[\w.-]*\.[cm]?[jt]s|(?:gulp|grunt|jake)file\.[cm]?[jt]s", re.I
)
_TESTS = re.compile(
    r"(?:^|/)(?:__tests__|__mocks__|__fixtures__|tests?|e2e|cypress|playwright|spec|specs|\.storybook|stories)/"
    r"|[.-](?:test|tests|spec|stories|story|cy|e2e)\.[cm]?[jt]sx?$"
)
_METHODS = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"))
_RUN = {"Remix": frozenset(("default", "loader", "action")), "TanStack Router": frozenset(("Route",))}
"""What frameworks run of a route's file, if it is no default export."""
_PARAMETER = re.compile(r"\{[^{}]*\}")
_WITH_FRAMES = frozenset(("next", "nuxt", "@sveltejs/kit", "@tanstack/react-router", "@tanstack/react-start"))
_FRAMES = frozenset((
    "layout", "template", "loading", "error", "not-found", "default", "global-error", "_app", "_document", "_error",
    "+layout", "+error", "+layout.server", "+page", "+page.server", "__root", "_layout",
))  # fmt: skip
SPECIAL = ("sitemap", "robots", "manifest", "opengraph-image", "icon", "middleware", "instrumentation", "proxy")
"""What Next runs by its name, and shows on no page."""


class Entry(msgspec.Struct, frozen=True):
    """One way to a file from outside.

    `by` tells the same way on another commit; `sentence` says it. `strict`: what names it cannot live on without.
    """

    path: str
    by: tuple[str, str]
    sentence: str
    strict: bool = True


class FileRoute(msgspec.Struct, frozen=True):
    """The address of a file that a framework serves by its place, as in `/users/{id}`; `by_name`: it only runs it."""

    address: str
    framework: str
    by_name: bool = False


def is_bundler(path: str) -> bool:
    """Return whether a file tells a bundler where code begins."""
    return _BUNDLER.fullmatch(PurePosixPath(path).name) is not None


def is_tool(path: str) -> bool:
    """Return whether a script is the settings of a tool: no code of the program."""
    return _TOOLS.fullmatch(PurePosixPath(path).name) is not None


def is_test(path: str) -> bool:
    """Return whether a script is a test, a story or a fixture of such."""
    return _TESTS.search(path) is not None


PAGES = (".html", ".htm", ".jinja", ".jinja2", ".j2", ".ejs", ".hbs", ".njk", ".twig", ".cshtml", ".erb")


def is_page(path: str) -> bool:
    """Return whether a file is a page, or what pages are made of."""
    return path.endswith(PAGES)


def is_application_page(text: str) -> bool:
    """Return whether a page is served as it is, and not made by code that names it."""
    return _TEMPLATE.search(text) is None


def declared(project: Project, texts: Mapping[str, str]) -> Iterator[Entry]:
    """Yield the entries of a tree; `texts` are those of its pages and of its bundlers' settings."""
    for path, manifest in sorted(project.manifests.items()):
        for key in _KEYS:
            for name, value in _values(key, manifest.get(key)):
                if (found := project.at(beside(path, value))) is not None:
                    yield Entry(found, (path, name), f"{path} names it as `{name}`")
        scripts = manifest.get("scripts")
        for name, command in scripts.items() if isinstance(scripts, dict) else ():
            for word in _WORD.findall(command) if isinstance(command, str) else ():
                found = project.at(beside(path, word)) if "/" in word or "." in word else None
                if found is not None and not found.endswith(".json"):
                    yield Entry(found, (path, f"scripts.{name}"), f"{path} runs it by `{name}`")
    for path, text in sorted(texts.items()):
        yield from _of_text(project, path, text)


def _of_text(project: Project, path: str, text: str) -> Iterator[Entry]:
    if is_page(path):
        for found in _SCRIPT_TAG.finditer(text):
            target = named_file(project, path, found[1])
            if target is not None:
                yield Entry(target, (path, "script"), f"{path} loads it", strict=False)
    elif is_bundler(path):
        for found in _TEXT.finditer(text):
            if "/" in found[2] or "." in found[2]:
                target = project.at(beside(path, found[2].lstrip("/")))
                if target is not None and not target.endswith(".json"):
                    yield Entry(target, (path, "entry"), f"{path} names it")


def named_file(project: Project, page: str, name: str) -> str | None:
    """Return the file that a page loads: beside it, from a root, or the only one whose path ends so."""
    plain = name.lstrip("/")
    if "://" in name or name.startswith("//") or not plain:
        return None
    if (found := project.resolve(page, name if name.startswith(("/", ".")) else f"./{name}")) is not None:
        return found
    fitting = [path for path in project.paths if path.endswith(f"/{plain}")] if "." in plain else []
    return fitting[0] if len(fitting) == 1 else None


def _values(key: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield the texts in a value of `package.json` with the keys that lead there."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for inner, one in value.items():
            yield from _values(f"{key}.{inner}", one)
    elif isinstance(value, list):
        for one in value:
            yield from _values(key, one)


def beside(path: str, name: str) -> str:
    """Return the path that a name means in a file: from the folder where that lies."""
    folder = folder_of(path)
    parts: list[str] = folder.split("/") if folder else []
    for part in name.split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part not in ("", ".", ".."):
            parts.append(part)
    return "/".join(parts)


# Files that are routes


def route_of(path: str, dependencies: Mapping[str, frozenset[str]]) -> FileRoute | None:
    """Return the route that a file is by its place; None where it is none."""
    folder = folder_of(path)
    while folder not in dependencies:
        if not folder:
            return None
        folder = folder_of(folder)
    names, inside = dependencies[folder], path[len(folder) + 1 :] if folder else path
    inside = inside.removeprefix("src/")
    top, _, rest = inside.partition("/")
    stem = without_suffix(rest)
    made: FileRoute | None = None
    if "next" in names:
        made = _next(top, stem, inside)
    elif "@sveltejs/kit" in names and top == "routes":
        last = stem.rpartition("/")[2]
        made = FileRoute(_address(folder_of(stem)), "SvelteKit") if last in ("+page", "+server") else None
    elif "nuxt" in names and (top == "pages" or inside.startswith("server/api/")):
        made = FileRoute(_address(stem), "Nuxt")
    elif names & {"@tanstack/react-router", "@tanstack/react-start"} and top == "routes":
        made = _tanstack(stem)
    elif any(one.startswith(("@remix-run/", "@react-router/")) for one in names) and inside.startswith("app/routes/"):
        made = FileRoute(_address(without_suffix(inside.removeprefix("app/routes/")).replace(".", "/")), "Remix")
    elif "gatsby" in names and top == "pages":
        made = FileRoute(_address(stem), "Gatsby")
    return made


def is_frame(path: str, dependencies: Mapping[str, frozenset[str]]) -> bool:
    """Return whether a file stands around routes by its place: a layout, what is shown on errors or while they load."""
    names = {name for found in dependencies.values() for name in found}
    return bool(names & _WITH_FRAMES) and without_suffix(PurePosixPath(path).name) in _FRAMES


def is_served(address: str, served: Iterable[str]) -> bool:
    """Return whether one of some addresses answers where another one did; what its parameters are called is nothing."""
    asked = _PARAMETER.sub("x", address)
    return any(_answering(one).fullmatch(asked) for one in served)


@cache
def _answering(address: str) -> re.Pattern[str]:
    """Return which paths an address answers to; one that takes all the rest answers without any as well."""
    body = "".join(
        ("(?:/.+)?" if ":path" in part else "/[^/]+") if part.startswith("{") else f"/{re.escape(part)}"
        for part in address.strip("/").split("/")
    )
    return re.compile(body)


def methods_of(exports: Iterable[str]) -> frozenset[str]:
    """Return the HTTP methods among what a route's file exports."""
    return _METHODS & frozenset(exports)


def served_by(route: FileRoute, path: str) -> frozenset[str]:
    """Return the exports of a route's file of which the framework runs any."""
    if route.by_name:
        return frozenset(("default", "register", without_suffix(path.rpartition("/")[2])))
    return _RUN.get(route.framework, frozenset(("default",)))


def _next(top: str, stem: str, inside: str) -> FileRoute | None:
    last = stem.rpartition("/")[2]
    if top == "pages" and stem and not last.startswith("_"):
        return FileRoute(_address(stem), "Next.js")
    if top == "app" and last in ("page", "route"):
        return FileRoute(_address(folder_of(stem)), "Next.js")
    if (top == "app" and last in SPECIAL) or ("/" not in inside and without_suffix(inside) in SPECIAL):
        return FileRoute(
            f"{_address(folder_of(stem)).rstrip('/')}/{last or without_suffix(inside)}", "Next.js", by_name=True
        )
    return None


def _tanstack(stem: str) -> FileRoute | None:
    parts = stem.removesuffix(".lazy").replace(".", "/").split("/")
    if any(part.startswith("-") for part in parts) or parts[-1] in ("__root", "routeTree/gen"):
        return None
    if parts[-1].startswith("_") and parts[-1] != "_":
        return None
    kept = [part.rstrip("_") for part in parts if not part.startswith("_") and part not in ("index", "route")]
    return FileRoute(_address("/".join(kept)), "TanStack Router")


def _address(place: str) -> str:
    """Return the address of a file's place: groups and slots left out, parameters in braces."""
    parts = []
    for part in place.split("/"):
        if not part or part == "index" or part.startswith("@") or (part.startswith("(") and part.endswith(")")):
            continue
        name = part.strip("[]$").lstrip(".").rstrip("?")
        rest = ":path" if "..." in part else ""
        parts.append(f"{{{name}{rest}}}" if part.startswith(("[", "$", "_[")) else part)
    return "/" + "/".join(parts)


def without_suffix(path: str) -> str:
    """Return a path without the suffix of its script."""
    folder, slash, name = path.rpartition("/")
    for suffix in (".tsx", ".jsx", ".ts", ".js", ".vue", ".svelte", ".mjs"):
        if name.endswith(suffix):
            return f"{folder}{slash}{name.removesuffix(suffix)}"
    return path
