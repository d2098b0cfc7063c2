"""The command line of `scripts/bench/gate`: how fast the gate judges a pull request, beside a full run of vulture.

In: nothing; Django's source comes from PyPI. Out: a table on stdout, progress on stderr; exit 1 when an answer is not
what it has to be, never for a time. Every warm answer has to be the one that the whole judgement gives.
"""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from measuring.fetching import PYTHON, MeasuringError, peer
from measuring.gate_speed import requests
from measuring.gate_speed.requests import CODES, EVERY
from measuring.speed.contenders import TIMEOUT, claimed, environment
from measuring.speed.corpus import Tree
from measuring.speed.figures import Runs, order, times_faster
from measuring.speed.running import Ran, memory, timed

VULTURE, COLD, WHOLE = "vulture", "gate, no cache", "gate, whole judgement"
BASE, WARM = "base known", "all known"
WANTED_SECONDS = 2.0


class Contender(NamedTuple):
    """A request in one state of the cache: nothing kept, facts alone, base known, or all known."""

    kind: str
    state: str

    @property
    def name(self) -> str:
        """Return both in one."""
        return f"{self.kind}, {self.state}"


def main() -> int:
    """Run what was asked for; return the exit code."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="auditor-bench-") as temporary:
        cache = (options.cache or Path(temporary)).resolve()
        cache.mkdir(parents=True, exist_ok=True)
        try:
            return Bench(requests.prepared(cache), cache).run(options.only, options.rounds, options.json)
        except (MeasuringError, OSError, ValueError) as error:
            print(f"scripts/bench/gate: {error}", file=sys.stderr)
            return 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("scripts/bench/gate", description="How fast the gate judges, beside vulture.")
    parser.add_argument("--cache", type=Path, help="keep downloads, programs and copies there (default: nowhere)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of everything (default: %(default)s)")
    parser.add_argument("--only", action="append", metavar="KIND", help="only this kind of request; may be repeated")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    options = parser.parse_args()
    options.rounds = max(1, options.rounds)
    options.only = tuple(options.only or EVERY)
    if strange := [kind for kind in options.only if kind not in EVERY]:
        parser.error(f"--only {strange[0]!r}: not one of {', '.join(EVERY)}")
    return options


class Bench:
    """One repository with its requests, and copies of what is kept between runs."""

    def __init__(self, tree: Tree, cache: Path) -> None:
        self.tree, self.cache = tree, cache
        self.kept = tree.path / ".auditor"
        self.stores = cache / "gate-stores"
        self.answers: dict[str, str] = {}

    def run(self, kinds: Sequence[str], rounds: int, file: Path | None) -> int:
        """Measure everyone once a round, print the table, and write it to `file` as well."""
        self._prepare(kinds)
        running = [Contender(kind, state) for kind in kinds for state in (BASE, WARM)]
        running += [Contender(kinds[0], COLD), Contender(kinds[0], WHOLE)]
        by_name = {one.name: one for one in running}
        done: dict[str, dict[int, Ran]] = {name: {} for name in (VULTURE, *by_name)}
        for number, name in order(dict.fromkeys(done, rounds), rounds):
            ran = self._vulture() if name == VULTURE else self._judged(by_name[name])
            done[name][number] = ran._replace(stdout="", stderr="")
            _say(f"round {number + 1}: {name}: {ran.wall:.2f} s")
        runs = {name: Runs(of) for name, of in done.items()}
        held = {state: self._memory(Contender(kinds[0], state)) for state in (WARM, WHOLE)}
        print(_table(self.tree, runs, held), flush=True)
        if file is not None:
            rows = {name: {"wall": one.wall, "cpu": one.cpu} for name, one in runs.items()}
            file.write_text(f"{json.dumps({'runs': rows, 'memory': held}, indent=2)}\n", "utf-8")
        return 0

    def _prepare(self, kinds: Sequence[str]) -> None:
        """Fill the stores: facts alone, with base, with base and each request; note what the whole judgement says."""
        shutil.rmtree(self.stores, ignore_errors=True)
        self._empty()
        _say("filling the cache, and asking for the whole judgement of every request")
        for kind in kinds:
            self._forget_grounds()
            self.answers[kind] = self._ran(kind).stdout
            if kind == kinds[0]:
                self._store(BASE)
        self._store(WARM)
        self._forget_grounds()
        self._store(WHOLE)

    def _judged(self, one: Contender) -> Ran:
        self._empty()
        if one.state != COLD:
            shutil.copytree(self.stores / one.state, self.kept)
        ran = self._ran(one.kind)
        if ran.stdout != self.answers[one.kind]:
            raise MeasuringError(f"{one.name}: the answer is not that of the whole judgement")
        return ran

    def _ran(self, kind: str) -> Ran:
        ran = timed(_gate(kind), self.tree.path, environment(self.tree.path), TIMEOUT)
        if ran.code != CODES.get(kind, 0):
            raise MeasuringError(f"{kind}: the gate exited {ran.code}: {ran.stderr.strip()[-200:]}{ran.stdout[:200]}")
        return ran

    def _vulture(self) -> Ran:
        ran = timed([peer("vulture", self.cache), "."], self.tree.path, environment(self.tree.path), TIMEOUT)
        if not claimed("vulture", ran, self.tree.path):
            raise MeasuringError(f"vulture exited {ran.code} and found nothing")
        return ran

    def _memory(self, one: Contender) -> int:
        self._empty()
        shutil.copytree(self.stores / one.state, self.kept)
        return memory(_gate(one.kind), self.tree.path, environment(self.tree.path), TIMEOUT).together

    def _empty(self) -> None:
        shutil.rmtree(self.kept, ignore_errors=True)

    def _forget_grounds(self) -> None:
        for path in (self.kept / "cache").glob("gate-*"):
            path.unlink()

    def _store(self, name: str) -> None:
        shutil.copytree(self.kept, self.stores / name)


def _gate(kind: str) -> list[str | Path]:
    head = requests.branch(kind)
    return [PYTHON, "-m", "auditor", "gate", "--base", "main", "--head", head, "--format", "json"]


def _table(tree: Tree, runs: dict[str, Runs], held: dict[str, int]) -> str:
    load = os.getloadavg()[0]
    lines = [
        f"Python {platform.python_version()}, {len(os.sched_getaffinity(0))} cores, load {load:.1f}; medians",
        f"{tree.name}: {tree.lines:,} lines, {len(tree.python):,} files; requests of {requests.FILES} files",
        "",
        "| request | x vulture | s | CPU s | under 2 s |",
        "|---|---|---|---|---|",
    ]
    for name, one in runs.items():
        faster = "1.0" if name == VULTURE else f"{times_faster(one, runs[VULTURE]):.1f}"
        met = "" if name == VULTURE else "yes" if one.wall < WANTED_SECONDS else "no"
        lines.append(f"| {name} | {faster} | {one.wall:.2f} | {one.cpu:.2f} | {met} |")
    lines += ["", *(f"Memory, {state}: {size / 1e6:.0f} MB" for state, size in held.items())]
    return "\n".join(lines)


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
