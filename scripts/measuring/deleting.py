"""Everything that is `unreached`, deleted from a tree by auditor's own planner and editor.

In: a tree. Out: the edited tree, and JSON on stdout. Run as a program by auditor's own Python. The planner gets every
`unreached` finding as dead on sufficient evidence; what it holds back all the same is listed with its reason and, where
it is a function, gets a body that raises, so that whoever still calls it is seen.
"""

import ast
import dataclasses
import json
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from auditor import pipeline
from auditor.config import LoadedConfig, load
from auditor.errors import EditError
from auditor.model.code import DefinitionId
from auditor.model.plan import Plan
from auditor.model.usage import Observations
from auditor.model.verdict import Evidence, Finding, Verdict
from auditor.model.window import Window
from auditor.pipeline.static import Static, analyse
from auditor.plan.make import make_plan
from auditor.removal import edit

RAISES = "raise RuntimeError('called although unreached: {}')"


@dataclasses.dataclass
class Deletion:
    """What was done: ids deleted by path, files deleted whole, held back with the reason, made to raise, lines gone."""

    deleted: dict[str, list[str]]
    files: list[str]
    held: dict[str, str]
    raising: list[str]
    lines: int


def delete_unreached(root: Path) -> Deletion:
    """Delete from a tree what auditor calls unreached there."""
    loaded = load(root)
    found = pipeline.scan(loaded, cache=False, opinions=False)
    unreached = {one.id for one in found.findings if one.status == "unreached"}
    static = analyse(loaded, cache=False, opinions=False)
    plan = _plan(loaded, static, unreached)
    done = Deletion({}, [], {}, [], 0)
    for batch in plan.batches:
        for step in batch.steps:
            path = root / step.path
            before = path.read_bytes()
            if step.action == "delete_file":
                path.unlink()
                done.files.append(step.path)
                done.lines += len(before.splitlines())
                continue
            after = edit.remove(before, next(iter(step.remove)).partition(":")[0], step.remove)
            path.write_bytes(after)
            done.deleted.setdefault(step.path, []).extend(step.remove)
            done.lines += len(before.splitlines()) - len(after.splitlines())
    rows = {row.id: row for row in plan.findings}
    done.held = {
        key: "; ".join(held.detail for held in rows[key].held_back) or "not planned"
        for key in sorted(unreached)
        if key in rows and rows[key].batch is None
    }
    done.raising = _make_raise(root, static, done.held)
    return done


def _plan(loaded: LoadedConfig, static: Static, unreached: Iterable[DefinitionId]) -> Plan:
    now = datetime(2026, 1, 15, tzinfo=UTC)
    definitions = static.analysis.graph.definitions
    evidence = (Evidence("static_reachability", "dead", "unreached"),)
    findings = [Finding(definitions[key], Verdict.DEAD, evidence) for key in sorted(unreached) if key in definitions]
    window = Window(now - timedelta(days=14), now)
    observations = Observations(window, {}, frozenset(), (), (), 0, (), None)
    modules = {module.path: module.module for module in static.facts}

    def try_edit(path: str, removed: tuple[DefinitionId, ...]) -> str | None:
        try:
            edit.remove((loaded.root / path).read_bytes(), modules[path], removed)
        except (EditError, OSError) as error:
            return str(error)
        return None

    return make_plan(
        findings, static.analysis, static.facts, observations, base_commit="0" * 40, evidence_digest="sha256:0",
        now=now, days=14, config=loaded.config.plan, try_edit=try_edit,
    )  # fmt: skip


def _make_raise(root: Path, static: Static, held: Mapping[str, str]) -> list[str]:
    """Give functions that could not be deleted a body that raises; return their ids."""
    definitions = static.analysis.graph.definitions
    by_path: dict[str, list[str]] = {}
    for key in held:
        if definitions[key].kind in ("function", "method", "property"):
            by_path.setdefault(definitions[key].path, []).append(key)
    raising: list[str] = []
    for path, keys in sorted(by_path.items()):
        place = root / path
        if place.is_file():
            names = {key.partition(":")[2]: key for key in keys}
            text, changed = raise_in(place.read_text("utf-8"), names)
            place.write_text(text, "utf-8")
            raising += changed
    return raising


def raise_in(text: str, names: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return text in which the functions with these qualified names raise, and their values in `names`."""
    lines = text.split("\n")
    spots: list[tuple[int, int, int, str]] = []

    def walk(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                qualified = f"{prefix}{child.name}"
                if qualified in names and not isinstance(child, ast.ClassDef):
                    first = child.body[0]
                    if first.lineno > child.lineno:
                        start = min((first.lineno, *(d.lineno for d in getattr(first, "decorator_list", ()))))
                        spots.append((start, child.end_lineno or start, first.col_offset, names[qualified]))
                        continue
                inner = "." if isinstance(child, ast.ClassDef) else ".<locals>."
                walk(child, f"{qualified}{inner}")
            else:
                walk(child, prefix)

    walk(ast.parse(text), "")
    for start, end, indent, key in sorted(spots, reverse=True):
        lines[start - 1 : end] = [" " * indent + RAISES.format(key)]
    return "\n".join(lines), sorted(key for *_, key in spots)


if __name__ == "__main__":
    json.dump(dataclasses.asdict(delete_unreached(Path(sys.argv[1]))), sys.stdout)
