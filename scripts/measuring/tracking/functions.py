"""What tracking functions costs: CPU seconds of a thread that works, beside those without tracking.

In: interpreters of 3.12 and newer, rounds. Out: for each interpreter and workload its noise and its `Cost`. Turns of
some hundredths of a second alternate within one process: what slows a machine down slows all of them.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from measuring.fetching import HERE, MeasuringError, run
from measuring.tracking.cost import AGAIN, TARGET, Cost

TIMES = {"scheduling": 24, "parsing": 75, "searching": 15, "awaiting": 30, "calling": 36}
"""How often a workload runs in a turn: about 30 ms."""
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


def measured(interpreters: Mapping[str, Path], rounds: int, directory: Path) -> list[Cost]:
    """Measure each workload on each interpreter.

    Raises:
        MeasuringError: A process failed, or nothing of what it did was counted.
    """
    costs = []
    for version, python in interpreters.items():
        for workload, times in TIMES.items():
            rows = _worked(python, workload, times, rounds, directory / f"{workload}-{version}")
            base, again, tracked = zip(*rows, strict=True)
            costs.append(Cost(f"{workload}, {version}, {AGAIN}", again, base))
            costs.append(Cost(f"{workload}, {version}, {TRACKED}", tracked, base))
    return costs


def target(rows: Sequence[Cost]) -> str:
    """Return the target for functions beside the worst of their figures."""
    worst = max((one for one in rows if one.name.endswith(TRACKED)), key=lambda one: one.ratio)
    met = "met" if worst.ratio <= TARGET else "NOT MET"
    return f"target: at most {TARGET:.2f} x none, got {worst.ratio:.3f} at worst ({worst.name}): {met}"


def _worked(python: Path, workload: str, times: int, rounds: int, sink: Path) -> list[tuple[float, ...]]:
    """Return the CPU seconds of a process's rounds, after checking that its work was counted."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "AUDITOR"))}
    ours = {"PYTHONPATH": f"{HERE}:{HERE / 'scripts'}", "PYTHONHASHSEED": "0"}
    tracked = {"AUDITOR_APP": "bench", "AUDITOR_SINK": sink.as_uri()}
    command: list[str | Path] = [python, "-m", "measuring.tracking.workloads", workload, str(times), str(rounds)]
    done = run(command, timeout=900, cwd=HERE, env={**kept, **ours, **tracked})
    text = "".join(file.read_text("utf-8") for file in sink.rglob("*.jsonl"))
    if f'"measuring.tracking.workloads:{workload}":' not in text:
        raise MeasuringError(f"{workload} was not counted: {done.stderr[-300:]}")
    return [tuple(map(float, line.split())) for line in done.stdout.splitlines()]
