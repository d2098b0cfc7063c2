"""One application through the whole chain: fetch, install, test, claim, score, delete, test again.

In: an application, the cache, tool names. Out: `Measured`. Runs of tests and of other tools are kept in the cache and
used again as long as what they ran on is the same; auditor itself always runs.
"""

import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from measuring import confirmed
from measuring.applications import Application
from measuring.fetching import HERE, PYTHON, MeasuringError, attempt, environment, unpacked
from measuring.scoring import Score, pooled, score, units_claimed
from measuring.testing import Outcomes, run_covered, run_plain
from measuring.tools import Claim, Claims, claims
from measuring.units import Key, Unit, executed, production_files, units_of


class Deleted(NamedTuple):
    """What became of a copy without its unreached code.

    `broken` maps each test that was green and is not any more to the ids that its failure names, or to what it said.
    """

    lines: int
    definitions: int
    files: int
    held: Mapping[str, str]
    raising: int
    green_before: int
    green_after: int
    broken: Mapping[str, str]
    uncompiled: tuple[str, ...] = ()


class Measured(NamedTuple):
    """One application. `units` counts what is compared, `ran` how many of these were executed.

    `pool` is what any tool called unused and nothing executed; `judged` counts what a person judged of the units.
    """

    name: str
    version: str
    shape: str
    kind: str
    lines: int
    units: int
    ran: int
    green: int
    red: int
    scores: tuple[Score, ...]
    deleted: Deleted | None
    judged: int
    pool: tuple[Key, ...]


class Place(NamedTuple):
    """Where an application lives: unpacked `source` (never changed), `work` (installed in place), `home` above both."""

    home: Path
    source: Path
    work: Path
    scan: Path
    python: Path


def say(text: str) -> None:
    """Report progress."""
    print(text, file=sys.stderr, flush=True)


def prepare(application: Application, cache: Path) -> Place:
    """Fetch and install an application; the environment's copy is what its tests run on."""
    source = unpacked(application, cache)
    home = source.parent
    work, scan = home / "work", home / "scan"
    if not (home / "environment" / "installed").is_file():
        _copy(source, work)
    python = environment(application, work, home)
    _copy(source, scan)
    (scan / "auditor.toml").write_text(f'project = "{application.kind}"\n', "utf-8")
    return Place(home, source, work, scan, python)


def measure(application: Application, cache: Path, tools: Sequence[str], *, delete: bool) -> Measured:
    """Measure one application; raise MeasuringError where it cannot be fetched, installed or tested."""
    name = f"{application.name} {application.version}"
    say(f"{name}: fetch and install")
    place = prepare(application, cache)
    outcomes, lines = covered(application, place)
    say(f"{name}: {len(outcomes.green)} tests green, {len(outcomes.red)} red, {outcomes.skipped} skipped")
    units = units_below(place.source, application)
    ran = executed(units, lines)
    verdicts = confirmed.verdicts(application.name)
    scores = []
    for tool in tools:
        made = _claims(tool, place, cache)
        called = units_claimed(made.claims, units)
        scores.append(score(tool, called, units, ran, verdicts, made.seconds, made.problem))
        say(f"{name}: {tool}: {made.problem or f'{len(called)} called unused, {len(scores[-1].ran)} of them ran'}")
    deleted = _deleted(application, place, outcomes) if delete else None
    return Measured(
        application.name, application.version, application.shape, application.kind,
        sum(len((place.source / path).read_bytes().splitlines()) for path in {key[0] for key in units}),
        len(units), len(ran), len(outcomes.green), len(outcomes.red), tuple(scores), deleted,
        len(verdicts.keys() & units.keys()), tuple(pooled((one.called for one in scores), ran)),
    )  # fmt: skip


def units_below(tree: Path, application: Application) -> dict[Key, Unit]:
    """Return the units of all production files."""
    units: dict[Key, Unit] = {}
    for path in production_files(tree, application.production, application.tests):
        units |= units_of((tree / path).read_text("utf-8", "replace"), path)
    return units


def covered(application: Application, place: Place) -> tuple[Outcomes, dict[str, frozenset[int]]]:
    """Return outcomes and executed lines, of an earlier run where the table's row is the same."""
    kept = place.home / "covered.json"
    mark = repr(application)
    if kept.is_file() and (before := json.loads(kept.read_text("utf-8")))["mark"] == mark:
        lines = {path: frozenset(lines) for path, lines in before["lines"].items()}
        return Outcomes(frozenset(before["green"]), before["red"], before["skipped"]), lines
    renew(place)
    outcomes, lines = run_covered(application, place.python, place.work, place.home / "covered")
    if not outcomes.green:
        raise MeasuringError(f"{application.name}: no test passed, see {place.home / 'covered' / 'output.txt'}")
    kept.write_text(
        json.dumps({"mark": mark, "green": sorted(outcomes.green), "red": dict(outcomes.red),
                    "skipped": outcomes.skipped, "lines": {path: sorted(one) for path, one in lines.items()}}),
        "utf-8",
    )  # fmt: skip
    return outcomes, lines


def _claims(tool: str, place: Place, cache: Path) -> Claims:
    """Return a tool's claims, an earlier run's where it is not auditor: the others' versions and the tree are fixed."""
    kept = place.home / f"claims-{tool}.json"
    if tool != "auditor" and kept.is_file():
        before = json.loads(kept.read_text("utf-8"))
        return Claims(tuple(Claim(*one) for one in before["claims"]), before["seconds"], before["problem"])
    made = claims(tool, place.scan, cache)
    if not made.problem.startswith("failed"):
        kept.write_text(json.dumps(made._asdict()), "utf-8")
    return made


def _deleted(application: Application, place: Place, before: Outcomes) -> Deleted:
    """Delete every unreached finding from the installed copy and run the tests again."""
    name = f"{application.name} {application.version}"
    renew(place)
    settings = place.work / "auditor.toml"
    settings.write_text(f'project = "{application.kind}"\n', "utf-8")
    env = {**os.environ, "PYTHONPATH": str(HERE), "PYTHONSAFEPATH": "1"}
    done = attempt([PYTHON, Path(__file__).with_name("deleting.py"), place.work], cwd=HERE, env=env, timeout=900)
    settings.unlink()
    if done.returncode:
        raise MeasuringError(f"{name}: deleting failed: {(done.stderr.strip().splitlines() or ['nothing'])[-1]}")
    deletion = json.loads(done.stdout)
    (place.home / "deletion.json").write_text(done.stdout, "utf-8")
    say(f"{name}: {deletion['lines']} lines deleted, {len(deletion['held'])} findings held back by the planner")
    uncompiled = tuple(path for path in deletion["deleted"] if not _compiles(place, path))
    after = run_plain(application, place.python, place.work, place.home / "deleted")
    suspects = sorted(before.green - after.green)
    broken = _broken(application, place, suspects, after, deletion) if suspects else {}
    green = len(before.green) - len(broken)
    say(f"{name}: {green} of {len(before.green)} green tests stayed green")
    return Deleted(
        deletion["lines"], sum(map(len, deletion["deleted"].values())), len(deletion["files"]), deletion["held"],
        len(deletion["raising"]), len(before.green), green, broken, uncompiled,
    )  # fmt: skip


def _compiles(place: Place, path: str) -> bool:
    done = attempt([place.python, "-m", "py_compile", path], cwd=place.work, timeout=120)
    return done.returncode == 0


def _broken(
    application: Application, place: Place, suspects: Sequence[str], after: Outcomes, deletion: dict
) -> dict[str, str]:
    """Return the suspects that fail on the edited tree twice and pass on the unchanged one, with the probable cause."""
    again = run_plain(application, place.python, place.work, place.home / "deleted-again")
    suspects = [test for test in suspects if test not in again.green]
    if not suspects:
        return {}
    renew(place)
    unchanged = run_plain(application, place.python, place.work, place.home / "unchanged")
    return {
        test: cause(after.red.get(test) or next(iter(after.red.values()), "it was not collected"), deletion)
        for test in suspects
        if test in unchanged.green
    }


def cause(said: str, deletion: Mapping) -> str:
    """Return the deleted ids whose name a failure mentions in its last lines, else its first line."""
    gone = [*(one for ids in deletion["deleted"].values() for one in ids), *deletion["raising"]]
    telling = "\n".join(line for line in said.splitlines() if "Error" in line or "called although" in line)
    names = [one for one in gone if one.rpartition(":")[2].rpartition(".")[2] in _words(telling)]
    return ", ".join(sorted(names)[:5]) or (said.strip().splitlines() or ["it was not collected"])[0][:200]


def _words(text: str) -> set[str]:
    return set("".join(one if one.isalnum() or one == "_" else " " for one in text).split())


def renew(place: Place) -> None:
    """Make `work` what was unpacked again; what installing wrote beside it (metadata) stays."""
    for path in sorted(place.work.rglob("*.py")):
        if not (place.source / path.relative_to(place.work)).exists():
            path.unlink()
    for path in place.work.rglob("__pycache__"):
        shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(place.source, place.work, dirs_exist_ok=True, symlinks=True)


def _copy(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, symlinks=True)
