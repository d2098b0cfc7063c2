"""What tracking functions costs: CPU seconds of a process that works, beside those of one without.

In: interpreters of 3.12 and newer, rounds. Out: one `Cost` an interpreter and workload, and its noise. Every figure is
from a new process; in every round those with and without take turns.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from measuring.fetching import HERE, MeasuringError, run
from measuring.tracking.cost import AGAIN, NONE, TARGET, Cost

TIMES = {"scheduling": 800, "parsing": 2500, "searching": 500, "awaiting": 1000, "calling": 1200}
"""How often a workload runs: about a second each."""
VERSIONS = ("3.12", "3.13")
TRACKED = "functions"


def pythons() -> dict[str, Path]:
    """Return the interpreters of the measured versions, from the PATH or pyenv; raise MeasuringError without any."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found: dict[str, Path] = {}
    for version in VERSIONS:
        kept = sorted(versions.glob(f"{version}.*/bin/python"))
        one = kept[-1] if kept else shutil.which(f"python{version}")
        if one:
            found[version] = Path(one)
    if not found:
        raise MeasuringError(f"no Python {' or '.join(VERSIONS)} on the PATH or in pyenv")
    return found


def measured(interpreters: Mapping[str, Path], rounds: int, directory: Path, *, share: float = 1.0) -> list[Cost]:
    """Measure each workload on each interpreter; `share` of the usual repetitions.

    Raises:
        MeasuringError: A process failed, or nothing of what it did was counted.
    """
    costs = []
    for version, python in interpreters.items():
        for workload, times in TIMES.items():
            taken: dict[str, list[float]] = {NONE: [], AGAIN: [], TRACKED: []}
            for turn in range(rounds):
                for name in _turned(list(taken), turn):
                    sink = directory / f"{workload}-{version}-{turn}" if name == TRACKED else None
                    taken[name].append(_worked(python, workload, max(1, round(times * share)), sink))
            base = tuple(taken[NONE])
            costs += [Cost(f"{workload}, {version}, {name}", tuple(taken[name]), base) for name in (AGAIN, TRACKED)]
    return costs


def target(rows: Sequence[Cost]) -> str:
    """Return the target for functions beside the worst of their figures."""
    worst = max((one for one in rows if one.name.endswith(TRACKED)), key=lambda one: one.ratio)
    met = "met" if worst.ratio <= TARGET else "NOT MET"
    return f"target: at most {TARGET:.2f} x none, got {worst.ratio:.3f} at worst ({worst.name}): {met}"


def _turned(names: Sequence[str], turn: int) -> tuple[str, ...]:
    shift = turn % len(names)
    return (*names[shift:], *names[:shift])


def _worked(python: Path, workload: str, times: int, sink: Path | None) -> float:
    """Return the CPU seconds of a process; where it is tracked, its work must have been counted."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "AUDITOR"))}
    tracked = {"AUDITOR_APP": "bench", "AUDITOR_SINK": sink.as_uri()} if sink is not None else {}
    ours = {"PYTHONPATH": f"{HERE}:{HERE / 'scripts'}", "PYTHONHASHSEED": "0"}
    command: list[str | Path] = [python, "-m", "measuring.tracking.workloads", workload, str(times)]
    done = run(command, timeout=300, cwd=HERE, env={**kept, **ours, **tracked})
    if sink is not None:
        text = "".join(file.read_text("utf-8") for file in sink.rglob("*.jsonl"))
        if f'"measuring.tracking.workloads:{workload}":1' not in text:
            raise MeasuringError(f"{workload} was not counted: {done.stderr[-300:]}")
    return float(done.stdout)
