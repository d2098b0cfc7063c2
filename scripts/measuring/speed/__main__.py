"""The command line of `scripts/bench/scan`: how fast a scan is, beside vulture, deadcode, skylos and parsing alone.

In: trees, or nothing: Django's source and a corpus of a million lines. Out: tables on stdout, progress on stderr; exit
1 when something did not do its work, never for a time. The trees are copied before anything is edited.
"""

import argparse
import json
import os
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from measuring.fetching import PEERS, MeasuringError
from measuring.speed import contenders, corpus, report, stages, targets
from measuring.speed.contenders import Contender
from measuring.speed.corpus import Tree
from measuring.speed.figures import Growth, Measured, Runs, order
from measuring.speed.running import Memory, Ran, memory, timed

SLOW_ROUNDS = 1
GROWTH_ROUNDS = 3


def main() -> int:
    """Run what was asked for; return the exit code."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what runs is ended as well
    with tempfile.TemporaryDirectory(prefix="auditor-bench-") as temporary:
        cache = (options.cache or Path(temporary)).resolve()
        cache.mkdir(parents=True, exist_ok=True)
        try:
            return _stages(options, cache) if options.stages else _measure(options, cache)
        except (MeasuringError, OSError, ValueError) as error:
            print(f"scripts/bench/scan: {error}", file=sys.stderr)
            return 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("scripts/bench/scan", description="How fast a scan is, beside its peers.")
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="scan this (default: Django and a corpus)")
    parser.add_argument("--cache", type=Path, help="keep downloads, programs and copies there (default: nowhere)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of everything quick (default: %(default)s)")
    parser.add_argument("--peers", help=f"comma-separated (default: {','.join(contenders.PEERS)})")
    parser.add_argument(
        "--peer-timeout", type=float, default=600.0, metavar="S", help="a peer's time (default: %(default)s)"
    )
    parser.add_argument("--quick", action="store_true", help="Django only, 3 rounds, vulture only")
    parser.add_argument("--stages", action="store_true", help="say instead where the time of a cold scan goes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    options = parser.parse_args()
    options.rounds = min(options.rounds, 3) if options.quick else max(1, options.rounds)
    given = options.peers if options.peers is not None else "vulture" if options.quick else ",".join(contenders.PEERS)
    options.peers = tuple(name.strip() for name in given.split(",") if name.strip())
    if strange := [name for name in options.peers if name not in contenders.PEERS]:
        parser.error(f"--peers {strange[0]}: not one of {', '.join(contenders.PEERS)}")
    return options


def _trees(options: argparse.Namespace, cache: Path) -> list[Tree]:
    if options.paths:
        given = [path.resolve() for path in options.paths]
        return [corpus.copied(path.name, path, cache)._replace(clean=True) for path in given]
    one = options.quick or options.stages
    return [corpus.django(cache)] if one else [corpus.django(cache), corpus.corpus(cache)]


def _stages(options: argparse.Namespace, cache: Path) -> int:
    for tree in _trees(options, cache):
        print(f"{tree.name}: {tree.lines:,} lines\n{stages.measured(tree, quiet=False)}\n")
        print(f"{tree.name}, no opinions\n{stages.measured(tree, quiet=True)}\n")
    return 0


def _measure(options: argparse.Namespace, cache: Path) -> int:
    machine = _machine()
    print(machine)
    measured = []
    for tree in _trees(options, cache):
        measured.append(_on(tree, options, cache))
        print(f"\n{report.table(measured[-1])}", flush=True)
    grown = None if options.quick or options.paths else _growth(cache)
    if grown is not None:
        print(f"\n{report.growth(grown)}")
    judged = targets.judged(measured, grown)
    if judged:
        print(f"\n{report.targets(judged)}")
    if options.json:
        text = json.dumps({"machine": machine, **report.as_json(measured, grown, judged)}, indent=2)
        options.json.write_text(f"{text}\n", "utf-8")
    return 0


def _machine() -> str:
    load = os.getloadavg()[0]
    busy = f"; load {load:.1f}: the machine is NOT calm, the figures are worth little" if load > 0.7 else ""
    cores = len(os.sched_getaffinity(0))
    peers = ", ".join(wanted.replace("==", " ") for wanted in PEERS.values())
    return f"Python {platform.python_version()}, {cores} cores, {platform.machine()}; {peers}{busy}"


def _on(tree: Tree, options: argparse.Namespace, cache: Path) -> Measured:
    """Measure one tree: everyone once a round, then memory."""
    running = contenders.contenders(tree, cache, options.peers, options.peer_timeout)
    quick = {one.name: SLOW_ROUNDS if one.slow else options.rounds for one in running}
    _say(f"{tree.name}: {tree.lines:,} lines, {len(running)} contenders, {options.rounds} rounds")
    first = contenders.answer(tree, _once(tree, "--no-cache"))
    runs = _rounds(running, quick, options.rounds)
    held = {name: _memory(tree, *more) for name, more in (("all cores", ()), ("1 job", ("--jobs", "1")))}
    return Measured(tree.name, first["files"], first["lines"], runs, held)


def _rounds(running: Sequence[Contender], wanted: Mapping[str, int], rounds: int) -> dict[str, Runs]:
    by_name = {one.name: one for one in running}
    done: dict[str, dict[int, Ran]] = {name: {} for name in by_name}
    late: set[str] = set()
    for number, name in order(wanted, rounds):
        if name in late:
            continue
        ran = by_name[name].run(number)
        if ran.timed_out:
            late.add(name)
        else:
            done[name][number] = ran._replace(stdout="", stderr="")
        _say(f"  round {number + 1}: {name}: {'out of time after ' if ran.timed_out else ''}{ran.wall:.2f} s")
    return {name: Runs(of, name in late) for name, of in done.items()}


def _once(tree: Tree, *more: str) -> Ran:
    return timed(contenders.auditor(*more), tree.path, contenders.environment(tree.path), contenders.TIMEOUT)


def _memory(tree: Tree, *more: str) -> Memory:
    command = contenders.auditor("--no-cache", *more)
    return memory(command, tree.path, contenders.environment(tree.path), contenders.TIMEOUT)


def _growth(cache: Path) -> Growth:
    """Measure a scan in one process, and the memory of one on all cores, over four sizes of the corpus."""
    sizes = [corpus.corpus(cache, groups + 1) for groups in range(len(corpus.CORPUS))]
    by_name = {tree.name: tree for tree in sizes}
    running = [Contender(name, partial(_in_one_process, tree)) for name, tree in by_name.items()]
    _say(f"growth over {', '.join(f'{tree.lines:,}' for tree in sizes)} lines")
    runs = _rounds(running, dict.fromkeys(by_name, GROWTH_ROUNDS), GROWTH_ROUNDS)
    return Growth(
        tuple(tree.lines for tree in sizes),
        tuple(runs[name].wall for name in by_name),
        tuple(max(ran.peak for ran in runs[name].rounds.values()) for name in by_name),
        tuple(_memory(tree).together for tree in sizes),
    )


def _in_one_process(tree: Tree, _round: int) -> Ran:
    ran = _once(tree, "--no-cache", "--jobs", "1")
    contenders.answer(tree, ran)
    return ran


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
