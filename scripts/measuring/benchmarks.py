"""The labelled public benchmarks, from clones: skylos' dead-code cases and culler's projects.

In: a clone, tool names, the cache. Out: a `Tally` per tool. Labels, kinds and matching are the benchmark's own (skylos:
one finding a name, unlabelled ones apart; culler: category, path, line within the label, name); only tools they do not
know by themselves are translated here. Nothing of a clone is executed.
"""

import json
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from measuring import tools
from measuring.fetching import MeasuringError
from measuring.scoring import COMPARED
from measuring.units import at, units_of

MANIFESTS = ("manifest.json", "adversarial_manifest.json")
SKYLOS_KINDS = {
    "import": "import", "function": "function", "method": "function", "class": "class", "variable": "variable",
    "attribute": "variable", "property": "variable", "parameter": "parameter", "argument": "parameter", "file": "file",
    "name": "variable",
}  # fmt: skip
CULLER_KINDS = {
    "import": "unused_import", "variable": "unused_local", "name": "unused_local", "function": "unused_function",
    "class": "unused_class", "unreachable": "unreachable_statement",
}  # fmt: skip
LOADED = """project = "application"

[[keep]]
definition = "*:"
reason = "the labels take every file for one that is run or imported"
owner = "benchmark"
"""
"""What auditor is told of a skylos case: bodies of modules run; what is defined in them is not kept by that."""


class Finding(NamedTuple):
    """A tool's finding in a benchmark's own terms."""

    kind: str
    path: str
    line: int
    name: str


class Tally(NamedTuple):
    """Counts of one tool on one benchmark; `failures` names each label missed and each finding too many.

    `fp` are findings that a label contradicts, or, where all that is dead has a label, that none supports; `unlabelled`
    those of which the labels say nothing.
    """

    suite: str
    tool: str
    tp: int
    fp: int
    fn: int
    unlabelled: int
    failures: tuple[str, ...]
    problem: str = ""

    @property
    def precision(self) -> float:
        """Share of the labelled findings that are right; 1 without findings."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 1.0

    @property
    def strict(self) -> float:
        """The same with every unlabelled finding taken for wrong."""
        wrong = self.fp + self.unlabelled
        return self.tp / (self.tp + wrong) if self.tp + wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of the labels that were found; 1 without labels."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def suite_of(clone: Path) -> str:
    """Return which benchmark a clone holds: `skylos` or `culler`."""
    if (clone / "benchmarks" / "dead_code" / MANIFESTS[0]).is_file():
        return "skylos"
    if (clone / "benchmark" / "suite.json").is_file():
        return "culler"
    raise MeasuringError(f"{clone}: neither benchmarks/dead_code/manifest.json nor benchmark/suite.json is there")


def tally(clone: Path, names: Iterable[str], cache: Path) -> list[Tally]:
    """Run tools on a clone's cases and count."""
    suite = suite_of(clone)
    cases = _skylos_cases(clone) if suite == "skylos" else _culler_cases(clone)
    return [_tally(suite, tool, cases, cache) for tool in names]


class Counted(NamedTuple):
    """Findings counted against labels: how many are right, and the others, each as text."""

    right: int
    wrong: list[str]
    unlabelled: list[str]
    missed: list[str]


class Case(NamedTuple):
    """One case: where it is, what auditor is told of it, and its labels; `score` counts findings against them."""

    name: str
    path: Path
    settings: str
    score: Callable[[Sequence[Finding]], Counted]


def _tally(suite: str, tool: str, cases: Iterable[Case], cache: Path) -> Tally:
    right, wrong, unlabelled, missed = 0, [], [], []
    for case in cases:
        with tempfile.TemporaryDirectory(prefix="auditor-case-") as temporary:
            staged = Path(temporary).resolve() / case.path.name
            shutil.copytree(case.path, staged)
            if tool == "auditor":
                (staged / "auditor.toml").write_text(case.settings, "utf-8")
            try:
                findings = found_by(tool, staged, cache, SKYLOS_KINDS if suite == "skylos" else CULLER_KINDS)
            except MeasuringError as error:
                return Tally(suite, tool, 0, 0, 0, 0, (), str(error))
        counted = case.score(findings)
        right += counted.right
        wrong += [f"{case.name}: wrong: {one}" for one in counted.wrong]
        unlabelled += [f"{case.name}: unlabelled: {one}" for one in counted.unlabelled]
        missed += [f"{case.name}: missed: {one}" for one in counted.missed]
    failures = (*missed, *wrong, *unlabelled)
    return Tally(suite, tool, right, len(wrong), len(missed), len(unlabelled), failures)


def found_by(tool: str, tree: Path, cache: Path, kinds: Mapping[str, str]) -> list[Finding]:
    """Return a tool's findings in a benchmark's kinds; what these have no word for is left out."""
    culler = kinds is CULLER_KINDS
    if tool == "auditor":
        claims = _auditor(tools.scan(tree), {"local", "unreached", "test_only"} if culler else {"local", "unreached"})
    else:
        made = tools.claims(tool, tree, cache)
        if made.problem:
            raise MeasuringError(made.problem)
        claims = list(made.claims)
    claims = _outermost(claims, tree)
    return [
        Finding(kind, claim.path, claim.line, claim.name)
        for claim in claims
        if (kind := _private(claim) if culler and claim.kind == "method" else kinds.get(claim.kind, ""))
    ]


def _private(claim: tools.Claim) -> str:
    private = claim.name.startswith("_") and not (claim.name.startswith("__") and claim.name.endswith("__"))
    return "unused_private_method" if private else "unused_function"


def _auditor(answer: dict, statuses: set[str]) -> list[tools.Claim]:
    """Return auditor's findings of some statuses."""
    return [
        tools.Claim(one["path"], one["line"], one["kind"], one["id"].partition(":")[2].rpartition(".")[2])
        for one in answer["findings"]
        if one["status"] in statuses
    ]


def _outermost(claims: Iterable[tools.Claim], tree: Path) -> list[tools.Claim]:
    """Leave out what stands inside a function or class that is claimed itself: it goes with it, and has no label."""
    all_claims = list(claims)
    kept = []
    for path in sorted({one.path for one in all_claims}):
        here = [one for one in all_claims if one.path == path]
        file = tree / path
        units = units_of(file.read_text("utf-8", "replace"), path) if file.suffix == ".py" and file.is_file() else {}
        unit_of = {one: at(units, path, one.line, one.name) for one in here if one.kind in COMPARED}
        whole = {unit for unit in unit_of.values() if unit is not None}
        kept += [one for one in here if not any(one.line in u.lines and u != unit_of.get(one) for u in whole)]
    return kept


def _skylos_cases(clone: Path) -> list[Case]:
    """Return the cases in Python, of both manifests."""
    root = clone / "benchmarks" / "dead_code"
    cases = []
    for manifest in MANIFESTS:
        for case in json.loads((root / manifest).read_text("utf-8"))["cases"]:
            if case.get("languages", ["python"]) == ["python"]:
                labels = (_keys(case["expect"].get("unused", ())), _keys(case["expect"].get("used", ())))
                cases.append(Case(case["id"], root / case["path"], LOADED, _by_symbol(*labels)))
    return cases


def _keys(labels: Iterable[dict]) -> list[frozenset[tuple[str, str, str]]]:
    """Return for each label the keys that match it: kind, file, last part of the name."""
    return [
        frozenset(
            (one["kind"], one["file"], _last(one["kind"], name)) for name in (one["symbol"], *one.get("aliases", ()))
        )
        for one in labels
    ]


def _last(kind: str, symbol: str) -> str:
    return symbol if kind in ("import", "file") or "/" in symbol else symbol.rpartition(".")[2]


def _by_symbol(
    unused: list[frozenset[tuple[str, str, str]]], used: list[frozenset[tuple[str, str, str]]]
) -> Callable[[Sequence[Finding]], Counted]:
    """Return how findings are counted: one a key."""
    wanted = frozenset().union(*unused)

    def count(findings: Sequence[Finding]) -> Counted:
        keys = {(one.kind, one.path, one.name) for one in findings}
        missed = [":".join(min(label)) for label in unused if not label & keys]
        labelled = frozenset().union(*used)
        wrong = [":".join(min(label & keys)) for label in used if label & keys]
        return Counted(len(unused) - len(missed), wrong, sorted(map(":".join, keys - wanted - labelled)), missed)

    return count


def _culler_cases(clone: Path) -> list[Case]:
    root = clone / "benchmark"
    cases = []
    for project in json.loads((root / "suite.json").read_text("utf-8"))["projects"]:
        labels = json.loads((root / project["expected"]).read_text("utf-8"))["expected"]
        path = root / project["path"]
        cases.append(Case(project["id"], path, _settings(path, project["mode"]), _by_category(labels)))
    return cases


def _settings(path: Path, mode: str) -> str:
    """Return auditor's settings for a project: the suite's mode, and what its metadata declare to culler.

    A library that declares its roots to be complete offers these and what its top package binds, and no more.
    """
    place = path / "pyproject.toml"
    declared = tomllib.loads(place.read_text("utf-8")).get("tool", {}).get("culler", {}) if place.is_file() else {}
    keep, scan = list(declared.get("roots", ())), ""
    if mode == "library" and declared.get("root_coverage") == "complete":
        scan = '[scan]\npublic_api = "exports"\n'
    text = f'project = "{mode}"\n' if mode != "auto" else ""
    return (
        text
        + scan
        + "".join(
            f'[[keep]]\ndefinition = "{one}"\nreason = "declared in the metadata"\nowner = "benchmark"\n'
            for one in keep
        )
    )


def _by_category(labels: Sequence[dict]) -> Callable[[Sequence[Finding]], Counted]:
    """Return how findings are counted: each matches one label of its category, place and name at most."""

    def count(findings: Sequence[Finding]) -> Counted:
        open_labels = list(labels)
        extra = []
        for one in sorted(findings):
            match = next((label for label in open_labels if _fits(label, one)), None)
            if match is None:
                extra.append(f"{one.kind} {one.path}:{one.line} {one.name}")
            else:
                open_labels.remove(match)
        missed = [f"{one['category']} {one['path']}:{one['line']} {one['name']}" for one in open_labels]
        return Counted(len(labels) - len(missed), extra, [], missed)

    return count


def _fits(label: dict, one: Finding) -> bool:
    if label["category"] != one.kind or label["path"] != one.path or not label["line"] <= one.line <= label["end_line"]:
        return False
    return label["category"] == "unreachable_statement" or label["name"] == one.name
