"""Knip's JSON report to findings; checked against what Knip 2.43, 4.4, 4.6, 5.88 and 6.44 print.

In: the bytes of `knip --reporter json`. Out: findings of TypeScript and JavaScript with ids that do not change between
versions (`src/x.ts:name`). A document that no version of Knip writes is an error: an unknown key must never read as
"nothing found". Left out is what says nothing of unused code: unresolved imports, binaries, catalogs, cycles.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from auditor.analysis.opinions.opinion_values import Checked, OpinionReport, decoded
from auditor.errors import ConfigError
from auditor.model.report import ScanFinding
from auditor.model.verdict import Evidence


class _Sort(NamedTuple):
    """What a list of Knip's stands for."""

    kind: Literal["file", "export", "dependency"]
    rule: str
    status: Literal["unreached", "local"]
    says: str


_SORTS = {
    "files": _Sort("file", "AUD020", "unreached", "Knip finds no entry file that imports it"),
    "exports": _Sort("export", "AUD021", "unreached", "Knip finds no file that imports this export"),
    "nsExports": _Sort("export", "AUD021", "unreached", "Knip finds no file that uses this export of a namespace"),
    "types": _Sort("export", "AUD022", "unreached", "Knip finds no file that imports this type"),
    "nsTypes": _Sort("export", "AUD022", "unreached", "Knip finds no file that uses this type of a namespace"),
    "enumMembers": _Sort("export", "AUD023", "unreached", "Knip finds no file that uses this enum member"),
    "classMembers": _Sort("export", "AUD023", "unreached", "Knip finds no file that uses this class member"),
    "namespaceMembers": _Sort("export", "AUD023", "unreached", "Knip finds no file that uses this namespace member"),
    "dependencies": _Sort(
        "dependency", "AUD024", "unreached", "Knip finds no file or script that uses this dependency"
    ),
    "devDependencies": _Sort("dependency", "AUD024", "unreached", "Knip finds nothing that uses this dev dependency"),
    "unlisted": _Sort("dependency", "AUD025", "local", "Knip finds it imported, but in no package.json"),
    "duplicates": _Sort("export", "AUD026", "local", "Knip finds one thing exported under several names"),
}
_OTHERS = {
    "file",
    "owners",
    "binaries",
    "unresolved",
    "optionalPeerDependencies",
    "catalog",
    "catalogReferences",
    "cycles",
}
_MEMBERS = ("enumMembers", "classMembers", "namespaceMembers")
_TYPESCRIPT = (".ts", ".tsx", ".mts", ".cts")


class _Named(NamedTuple):
    name: str
    line: int
    also: str = ""


def read(content: bytes, file: str) -> OpinionReport:
    """Return the findings of a report, sorted by path, line and id.

    Raises:
        ConfigError: No version of Knip that was checked writes this; the message names file and key.
    """
    top = decoded(content, file, "Knip")
    if isinstance(top.value, list):
        found = [one for issue in top.list() for one in _issue(issue)]
    else:
        issues = top.at("issues")
        unknown = sorted(set(top.table()) - {"issues", "files"})
        if unknown:
            raise ConfigError(f"{file}: {unknown[0]} is a key that no known version of Knip writes")
        files = Checked(top.table().get("files", []), file, "files")
        found = [_finding(one.text(), _SORTS["files"], _Named("", 0)) for one in files.list()]
        found += [one for issue in issues.list() for one in _issue(issue)]
    distinct = {(one.id, one.rule): one for one in sorted(found, key=lambda one: -one.line)}
    return OpinionReport(
        findings=tuple(sorted(distinct.values(), key=lambda one: (one.path, one.line, one.id, one.rule)))
    )


def _issue(issue: Checked) -> Iterator[ScanFinding]:
    path = issue.at("file").text()
    unknown = sorted(set(issue.table()) - set(_SORTS) - _OTHERS)
    if unknown:
        raise ConfigError(f"{issue.file}: {issue.key}.{unknown[0]} is a key that no known version of Knip writes")
    for key, sort in _SORTS.items():
        if key in issue.table():
            for named in _entries(issue.at(key), key):
                yield _finding(path, sort, named)


def _entries(listed: Checked, key: str) -> Iterator[_Named]:
    """Yield what a list of any version names: text, tables, tables by class or enum, lists of alike exports."""
    if key == "files" and isinstance(listed.value, bool):
        if listed.value:
            yield _Named("", 0)
    elif key in _MEMBERS and isinstance(listed.value, dict):
        for owner in listed.value:
            for one in listed.at(owner).list():
                yield _named(one, f"{owner}.")
    else:
        for one in listed.list():
            if key == "files":
                yield _Named("", 0)
            elif key == "duplicates":
                alike = [_named(each) for each in one.list()]
                yield from (_Named(each.name, each.line, ", ".join(o.name for o in alike)) for each in alike[1:])
            else:
                owner = one.value.get("namespace") if isinstance(one.value, dict) and key in _MEMBERS else None
                yield _named(one, f"{owner}." if owner else "")


def _named(one: Checked, owner: str = "") -> _Named:
    if isinstance(one.value, str):
        return _Named(owner + one.value, 0)
    line = one.table().get("line")
    return _Named(owner + one.at("name").text(), Checked(line, one.file, f"{one.key}.line").number())


def _finding(path: str, sort: _Sort, named: _Named) -> ScanFinding:
    identity = f"{path}:{named.name}" if named.name else path
    language: Literal["typescript", "javascript"] = "typescript" if path.endswith(_TYPESCRIPT) else "javascript"
    says = f"{sort.says} ({named.also})" if named.also else sort.says
    line = max(named.line, 1)
    return ScanFinding(
        identity, sort.kind, language, path, line, line, 1, sort.status, sort.rule, ("knip",),
        (Evidence("second_opinion", "dead", says, path, line),),
    )  # fmt: skip
