"""One application through the trial: plan, apply every batch, take all back, compare.

In: an application, the cache, a kind of run. Out: `Trial`. Everything goes through auditor's own command line, as a
user runs it; a result is kept and used again as long as auditor and the application's row are the same.
"""

import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from auditor.config import load
from auditor.git import Repository
from auditor.model.plan import Batch, Plan
from auditor.pipeline.static import analyse
from auditor.report.json_text import read_plan
from measuring.applications import Application
from measuring.fetching import HERE, PYTHON, MeasuringError, attempt
from measuring.measure import Place, covered, prepare, say
from measuring.trial import evidence, repository
from measuring.trial.judge import BASELINE, JUDGED, Baseline, tests_of

Run = Literal["called", "dormant", "tests"]
RUNS: Mapping[Run, str] = {
    "called": "What tests reach counts as called: only what nothing reaches is planned.",
    "dormant": "The same, with `--include dormant`: endpoints that no test calls go too, with what only they reach.",
    "tests": "What tests reach and production does not counts as not called: it goes with its tests.",
}
APPLY_TIMEOUT = 6000.0


class Trial(NamedTuple):
    """What became of one application.

    `planned` and `held` count findings; `files` the paths touched, `deleted` those that went whole; `lines` those that
    git counts as removed. `gone` are green tests that went with their code. `broken` maps a batch that could not be
    applied to the reason; `skipped` are those that needed one of these. `differing` are paths that are not byte for
    byte what they were after everything was taken back.
    """

    name: str
    version: str
    run: Run
    green: int
    batches: int
    applied: int
    files: int
    deleted: int
    lines: int
    planned: int
    held: int
    gone: int
    broken: Mapping[str, str]
    skipped: tuple[int, ...]
    differing: tuple[str, ...]
    seconds: float


def tried(application: Application, cache: Path, run: Run, *, again: bool = False) -> Trial:
    """Try one application; raise MeasuringError where it cannot be fetched, tested or planned."""
    name = f"{application.name} {application.version}, {run}"
    place = prepare(application, cache)
    home = place.home / "trial" / run
    mark = f"{_auditor()} {application!r}"
    kept = home / "result.json"
    if kept.is_file() and not again and (before := json.loads(kept.read_text("utf-8")))["mark"] == mark:
        return Trial(**before["trial"] | {key: tuple(before["trial"][key]) for key in ("skipped", "differing")})
    home.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    outcomes, lines = covered(application, place)
    made = repository.made(application, place, home)
    baseline = _baseline(application, place, made, home)
    say(f"{name}: {len(baseline.green)} tests green, as against {len(outcomes.green)} under coverage")
    known = evidence.record(application, made.root, lines, only_reached=run == "tests")
    say(f"{name}: {known.called} of {known.definitions} definitions counted as called")
    plan = _planned(made.root, run)
    say(f"{name}: {len(plan.batches)} batches")
    done = _through(name, application, plan, made, home, len(baseline.green))._replace(
        run=run, seconds=round(time.monotonic() - started, 1)
    )
    kept.write_text(json.dumps({"mark": mark, "trial": done._asdict()}, indent=1), "utf-8")
    return done


def _auditor() -> str:
    """Return a digest of auditor's own sources: another auditor, another result."""
    digest = hashlib.sha256()
    for path in sorted((HERE / "auditor").rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _baseline(application: Application, place: Place, made: Repository, home: Path) -> Baseline:
    """Return what a batch is judged by, and keep it for the judge; the tests run once for all kinds of runs."""
    kept = home.parent / BASELINE
    mark = repr(application)
    if not kept.is_file() or json.loads(kept.read_text("utf-8"))["mark"] != mark:
        kept.write_text(json.dumps({"mark": mark, "green": _green(application, place, made, home)}), "utf-8")
    green = json.loads(kept.read_text("utf-8"))["green"]
    baseline = Baseline(application.name, str(place.python), str(made.root), tuple(green))
    (home / BASELINE).write_text(json.dumps(baseline._asdict()), "utf-8")
    return baseline


def _green(application: Application, place: Place, made: Repository, home: Path) -> list[str]:
    """Return the tests that pass on the repository as it is."""
    tree = made.root
    roots = analyse(load(tree), cache=False, opinions=False, today=repository.NOW.date()).roots
    path = os.pathsep.join(str(tree / root) for root in roots or ("",))
    outcomes = tests_of(Baseline(application.name, str(place.python), str(tree), ()), tree, home / "before", path)
    if not outcomes.green:
        raise MeasuringError(f"{application.name}: no test passed, see {home / 'before' / 'output.txt'}")
    made.run("clean", "-fdxq", "-e", "/.auditor")
    if changed := made.modified():
        raise MeasuringError(f"{application.name}: its tests change {changed[0]}, which is part of it")
    return sorted(outcomes.green)


def _auditor_run(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(HERE), "PYTHONSAFEPATH": "1"}
    command = [PYTHON, "-m", "auditor", *arguments, "--now", repository.NOW.isoformat()]
    return attempt(command, cwd=tree, env=environment, timeout=APPLY_TIMEOUT)


def _planned(tree: Path, run: Run) -> Plan:
    include = ("--include", "dormant") if run == "dormant" else ()
    done = _auditor_run(tree, "plan", "--days", str(repository.DAYS), "--no-collect", *include)
    if done.returncode:
        raise MeasuringError(f"auditor plan exited {done.returncode}: {_last(done)}")
    return read_plan((tree / "reports" / "plan.json").read_bytes(), name="plan.json")


def _last(done: subprocess.CompletedProcess[str]) -> str:
    return ([line for line in (done.stdout + done.stderr).splitlines() if line.strip()] or ["it said nothing"])[-1]


def _through(name: str, application: Application, plan: Plan, made: Repository, home: Path, green: int) -> Trial:
    before, start = repository.fingerprints(made.root), made.resolve("HEAD")
    applied, broken, skipped, gone = _applied(name, plan, made, home)
    changed = made.changes(start, "HEAD")
    counted = made.run("diff", "--numstat", "--no-renames", start, "HEAD").splitlines()
    lines = sum(int(row.split("\t")[1]) - int(row.split("\t")[0]) for row in counted if row[0] != "-")
    for number in reversed(applied):
        done = _auditor_run(made.root, "rollback", str(number))
        if done.returncode:
            broken[f"rollback {number}"] = _last(done)
            say(f"{name}: rollback {number}: {_last(done)}")
    after = repository.fingerprints(made.root)
    differing = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    if not differing and made.tree(start) != made.tree("HEAD"):
        differing = ["(the commit's tree)"]
    wanted = [row for row in plan.findings if row.verdict in ("DEAD", "TEST_ONLY", "DORMANT")]
    return Trial(
        application.name, application.version, "called", green, len(plan.batches), len(applied),
        len({path for batch in plan.batches for path in batch.paths}),
        sum(change.status == "D" for change in changed), lines, sum(row.batch is not None for row in wanted),
        sum(row.batch is None and bool(row.held_back) for row in wanted), gone, broken, tuple(skipped),
        tuple(differing), 0.0,
    )  # fmt: skip


def _applied(name: str, plan: Plan, made: Repository, home: Path) -> tuple[list[int], dict[str, str], list[int], int]:
    """Apply every batch in order; return those applied, the broken ones, those that needed these, and tests gone."""
    applied: list[int] = []
    broken: dict[str, str] = {}
    skipped: list[int] = []
    gone = 0
    for batch in plan.batches:
        if not set(batch.depends_on) <= set(applied):
            skipped.append(batch.number)
            continue
        (home / JUDGED).unlink(missing_ok=True)
        done = _auditor_run(made.root, "apply", str(batch.number))
        judged = json.loads((home / JUDGED).read_text("utf-8")) if (home / JUDGED).is_file() else {}
        if done.returncode == 0 and judged:
            applied.append(batch.number)
            gone = len(judged["gone"])
            say(f"{name}: batch {batch.number} of {len(plan.batches)}: {_summary(batch)}")
        else:
            said = next(iter((judged.get("broken") or {}).items()), None)
            broken[str(batch.number)] = f"{said[0]}: {said[1]}" if said else _last(done)
            _keep_failure(home, batch, done, judged)
            say(f"{name}: batch {batch.number} BROKEN: {broken[str(batch.number)]}")
    return applied, broken, skipped, gone


def _summary(batch: Batch) -> str:
    names: Sequence[str] = [one for step in batch.steps for one in step.remove]
    return f"{', '.join(names[:3])}{f' and {len(names) - 3} more' if len(names) > 3 else ''}"


def _keep_failure(home: Path, batch: Batch, done: subprocess.CompletedProcess[str], judged: Mapping) -> None:
    """Leave what a broken batch said where a person can read it."""
    place = home / f"broken-{batch.number}"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    (place / "said.txt").write_text(done.stdout + done.stderr, "utf-8")
    (place / "judged.json").write_text(json.dumps(judged, indent=1), "utf-8")
    if (home / "after" / "output.txt").is_file():
        shutil.copyfile(home / "after" / "output.txt", place / "output.txt")
