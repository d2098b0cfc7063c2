"""Who runs: auditor in each of its ways, its peers, the parser alone; and the proof that each did its work.

In: a tree, the cache with the peers' programs. Out: `Contender`s by name. A run that found nothing, read another number
of files or exited as it should not is a MeasuringError.
"""

import json
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from measuring import tools
from measuring.fetching import HERE, PYTHON, MeasuringError, peer
from measuring.speed import floor, targets
from measuring.speed.corpus import Tree, copied
from measuring.speed.edits import EDITS, chosen
from measuring.speed.running import Ran, timed

TIMEOUT = 1800.0
SLOW = ("deadcode", "skylos")
PEERS = ("vulture", *SLOW)
QUIET = "--no-opinions"
_SCAN = ("scan", "--format", "json")


class Contender(NamedTuple):
    """Something that is timed. `run` prepares what it needs untimed, given the number of the round."""

    name: str
    run: Callable[[int], Ran]
    slow: bool = False


def environment(tree: Path) -> dict[str, str]:
    """Return what every program gets: this auditor, no settings of the user, and no repository around the tree."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "AUDITOR", "GIT_"))}
    ours = {"PYTHONPATH": str(HERE), "PYTHONSAFEPATH": "1", "GIT_CEILING_DIRECTORIES": str(tree.parent)}
    return {**kept, **ours, "DO_NOT_TRACK": "1"}


def auditor(*options: str) -> list[str | Path]:
    """Return the command of a scan."""
    return [PYTHON, "-m", "auditor", *_SCAN, *options]


def contenders(tree: Tree, cache: Path, peers: Sequence[str], peer_timeout: float) -> list[Contender]:
    """Return all that run on a tree."""
    cold = partial(_cold, tree)
    found = [
        Contender(targets.COLD, partial(cold, "--no-cache")),
        Contender("auditor cold, 1 job", partial(cold, "--no-cache", "--jobs", "1")),
        Contender(targets.QUIET, partial(cold, "--no-cache", QUIET)),
        Contender("auditor cold, 1 job, no opinions", partial(cold, "--no-cache", QUIET, "--jobs", "1")),
    ]
    for options, which in (((), ""), ((QUIET,), ", no opinions")):
        other = copied(f"{tree.path.name}{'-quiet' if options else '-kept'}", tree.path, cache)
        kept = Kept(other._replace(clean=tree.clean), options)
        found.append(Contender(f"auditor cold, fills the cache{which}", kept.empty))
        found.append(Contender(f"auditor warm, nothing changed{which}", partial(kept.warm, "")))
        found += [Contender(f"auditor warm, {edit} edited{which}", partial(kept.warm, edit)) for edit in EDITS]
    found += [Contender(name, partial(_peer, name, tree, cache, peer_timeout), slow=name in SLOW) for name in peers]
    for jobs, name in ((1, "ast.parse, 1 process"), (len(os.sched_getaffinity(0)), targets.FLOOR)):
        found.append(Contender(name, partial(_parsed, tree, jobs)))
    return found


def answer(tree: Tree, ran: Ran) -> dict[str, Any]:
    """Return what a scan said; raise MeasuringError where it did not do its work."""
    if ran.code or ran.timed_out:
        raise MeasuringError(f"auditor exited {ran.code} on {tree.name}: {_last(ran.stderr)}")
    said: dict[str, Any] = json.loads(ran.stdout)
    if not (said["findings"] or tree.clean):
        raise MeasuringError(f"auditor found nothing on {tree.name}")
    if said["root"] != tree.path.name:
        raise MeasuringError(f"auditor took {said['root']} for the root of {tree.name}; put the cache outside projects")
    if said["files"] < 0.98 * len(tree.python):  # what lies in directories of built code is left out
        raise MeasuringError(f"auditor read {said['files']} files of {tree.name}, which has {len(tree.python)}")
    return said


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["nothing on stderr"])[-1][:200]


def _cold(tree: Tree, *given: str | int) -> Ran:
    """Scan without a cache; the last of what is given is the number of the round."""
    ran = timed(auditor(*map(str, given[:-1])), tree.path, environment(tree.path), TIMEOUT)
    answer(tree, ran)
    return ran


class Kept:
    """A tree of its own with a cache in it: it is filled before each run, and every edit is taken back."""

    def __init__(self, tree: Tree, options: Sequence[str]) -> None:
        self.tree, self.options = tree, tuple(options)
        self.edited = tree.path / chosen(tree)
        self.checked: set[str] = set()
        self.number = 0

    def empty(self, _round: int) -> Ran:
        """Scan with an empty cache, which is filled."""
        for one in sorted((self.tree.path / ".auditor").rglob("*"), reverse=True):
            one.unlink() if one.is_file() else one.rmdir()
        return self._scan()

    def warm(self, edit: str, _round: int) -> Ran:
        """Scan with a full cache after one edit, or none; the first answer must be what a scan without cache says."""
        self._scan()
        before = self.edited.read_bytes()
        self.number += 1
        try:
            if edit:
                self.edited.write_text(EDITS[edit](before.decode("utf-8"), self.number), "utf-8")
            ran = self._scan()
            if edit not in self.checked and self._scan("--no-cache").stdout != ran.stdout:
                raise MeasuringError(
                    f"auditor's answer from the cache is stale on {self.tree.name}: {edit or 'no'} edit"
                )
            self.checked.add(edit)
        finally:
            if edit:
                self.edited.write_bytes(before)
        return ran

    def _scan(self, *more: str) -> Ran:
        place = self.tree.path
        ran = timed(auditor(*self.options, *more), place, environment(place), TIMEOUT)
        answer(self.tree, ran)
        return ran


def _peer(name: str, tree: Tree, cache: Path, timeout: float, _round: int) -> Ran:
    program = peer(name, cache)
    arguments = {"vulture": (".",), "deadcode": (".", "--no-color"), "skylos": (".", "--json")}[name]
    ran = timed([program, *arguments], tree.path, environment(tree.path), timeout)
    if not ran.timed_out:
        found = claimed(name, ran, tree.path)
        if not found and not (tree.clean and ran.code == 0):
            raise MeasuringError(f"{name} exited {ran.code} on {tree.name} and found nothing: {_last(ran.stderr)}")
    return ran


def claimed(name: str, ran: Ran, place: Path) -> int:
    """Return how much a peer found; 0 where it failed. vulture exits 3 for findings, 1 where a file does not parse."""
    if name == "vulture":
        return len(tools.parse_lines(ran.stdout, tools.VULTURE)) if ran.code in (1, 3) else 0
    if name == "deadcode":
        return len(tools.parse_lines(ran.stdout, tools.DEADCODE)) if ran.code in (0, 1) else 0
    try:
        said = json.loads(ran.stdout[ran.stdout.index("{") :])
    except ValueError:
        return 0
    return len(tools.parse_skylos(said, place))


def _parsed(tree: Tree, jobs: int, _round: int) -> Ran:
    ran = timed([PYTHON, "-I", floor.__file__, tree.path, str(jobs)], tree.path, environment(tree.path), TIMEOUT)
    if ran.code:
        raise MeasuringError(f"ast.parse of {tree.name} exited {ran.code}: {_last(ran.stderr)}")
    said = json.loads(ran.stdout)
    if said["files"] != len(tree.python):
        raise MeasuringError(f"ast.parse read {said['files']} files of {tree.name}, which has {len(tree.python)}")
    return ran
