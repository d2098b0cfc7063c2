"""Which part of a repository a file belongs to.

In: a path, what is known of the file's content, the user's own globs. Out: an `Area`. Never opens a file.
"""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import get_args

from auditor.model.retirement import Area, AreaImpact, RetireTask

ORDER: tuple[Area, ...] = get_args(Area)

_CODE = (".py", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte")
_PATTERNS: tuple[tuple[Area, str], ...] = (
    ("migrations", r"(?:^|/)(?:migrations|alembic|versions|prisma/migrations|db/migrate|flyway|liquibase)/|"
                   r"(?:^|/)V\d+__[^/]+\.sql$"),
    ("tests", r"(?:^|/)(?:tests?|__tests__|__mocks__|e2e|cypress|playwright|spec|testing|t)/|"
              r"(?:^|/)(?:test_[^/]*|[^/]*_test|tests|conftest)\.py$|\.(?:test|spec|cy|e2e)\.[cm]?[jt]sx?$|"
              r"(?:^|/)__snapshots__/"),
    ("seeds", r"(?:^|/)(?:seeds?|seeders?|fixtures|factories|sample_?data)(?:/|\.[^/]+$)|(?:^|/)[^/]*seed[^/]*\.[^/]+$|"
              r"(?:^|/)[^/]*[fF]actor(?:y|ies)\.[jt]sx?$"),
    ("ci", r"^\.github/(?:workflows|actions)/|^\.gitlab-ci|^\.circleci/|(?:^|/)Jenkinsfile|^azure-pipelines|^\.travis|"
           r"^bitbucket-pipelines|^\.buildkite/|^\.woodpecker"),
    ("translations", r"\.(?:po|pot|mo|xlf|xliff)$|(?:^|/)(?:locales?|i18n|translations|langs?)/.*"
                     r"\.(?:json|ya?ml|js|ts)$"),
    ("docs", r"(?:^|/)docs?/|\.(?:md|mdx|rst|adoc|rdoc)$|(?:^|/)(?:CHANGES|CHANGELOG|NEWS|HISTORY|README|Change[Ll]og)"
             r"[^/]*$"),
    ("templates", r"\.(?:html?|jinja2?|j2|mako|ejs|hbs|pug|njk|css|scss|sass|less)$"),
    ("schema", r"\.prisma$|\.sql$|(?:^|/)(?:schema|orm)\.[^/]+$|(?:^|/)(?:orm_)?models(?:/.*)?\.py$|"
               r"(?:^|/)models/[^/]*\.py$"),
    ("types", r"(?:^|/)(?:types?|typings|interfaces|dtos?|schemas|serializers)(?:/|\.[^/]+$)|\.d\.ts$|"
              r"\.(?:graphql|gql|proto|avsc)$|(?:^|/)[^/]*(?:serializers?|schemas?|types|dto)\.[^/.]+$"),
    ("routes", r"(?:^|/)(?:routes?|routers?|views?|endpoints?|controllers?|api|apis|resources|blueprints)"
               r"(?:/|\.[^/]+$)|"
               r"(?:^|/)(?:urls|routing)\.py$|(?:^|/)route\.[jt]sx?$|(?:^|/)pages/api/"),
    ("scripts", r"(?:^|/)(?:scripts?|bin|tools|tasks|jobs|management/commands|cron)/|"
                r"\.(?:sh|bash|zsh|ps1|bat|mk)$|(?:^|/)(?:Makefile|Justfile|justfile|Taskfile[^/]*|Dockerfile[^/]*|"
                r"Procfile|package\.json|manage\.py)$"),
)  # fmt: skip
_COMPILED = tuple((area, re.compile(pattern)) for area, pattern in _PATTERNS)
_HISTORY = re.compile(
    r"(?:^|/)(?:CHANGES|CHANGELOG|NEWS|HISTORY|RELEASES?|RELEASE[-_]NOTES|ChangeLog|Changelog)(?:\.[^/]*)?$",
    re.IGNORECASE,
)
_ACTIONS: dict[Area, str] = {
    "tests": "delete or edit, with or before what they test",
    "seeds": "stop making and clearing its rows",
    "ci": "remove the steps that name it",
    "templates": "remove what shows it",
    "routes": "remove the endpoints, or answer from elsewhere",
    "scripts": "remove the calls",
    "services": "remove the reads and writes",
    "configuration": "remove the settings",
    "types": "remove the types and fields",
    "docs": "reword or remove",
    "translations": "extract the texts again",
    "schema": "remove the model and what points to it, after the deploy barrier",
    "migrations": "history: stays as it is; one new migration",
}


def area_of(
    path: str,
    *,
    routes: frozenset[str] = frozenset(),
    schema: frozenset[str] = frozenset(),
    own: Mapping[str, Area] = {},
) -> Area:
    """Return the area of a path.

    Args:
        path: Relative, with `/`.
        routes: Paths in which handlers of routes stand.
        schema: Paths that declare tables.
        own: The user's globs, which come first.
    """  # fmt: skip
    for glob, area in own.items():
        if fnmatchcase(path, glob):
            return area
    for area, pattern in _COMPILED:
        if area == "schema" and path in schema:
            return "schema"
        if area == "types" and path in routes:
            return "routes"
        if pattern.search(path):
            return area
    if path in routes:
        return "routes"
    return "services" if path.endswith(_CODE) else "configuration"


def is_history(path: str, area: Area) -> bool:
    """Return whether a file tells what was: the migration history and change logs, which nobody rewrites."""
    return area == "migrations" or _HISTORY.search(path) is not None


def impact(tasks: tuple[RetireTask, ...], history: tuple[tuple[str, int], ...]) -> tuple[AreaImpact, ...]:
    """Return the impact table: files, lines and occurrences by area; `history` are (path, count) of what stays."""
    rows = []
    for area in ORDER:
        mine = [task for task in tasks if task.area == area]
        kept = [count for path, count in history if area == "migrations" and not _HISTORY.search(path)]
        if mine or kept:
            occurrences = [one for task in mine for one in task.occurrences]
            lines = {(one.path, one.line) for one in occurrences if one.line}
            rows.append(
                AreaImpact(
                    area,
                    len({task.path for task in mine}) + len(kept),
                    len(lines) + sum(kept),
                    sum(one.count for one in occurrences) + sum(kept),
                    _ACTIONS[area],
                )
            )
    return tuple(rows)
