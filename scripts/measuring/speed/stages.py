"""Where the CPU seconds of a scan without cache go, in one process. Also a program of its own: see `main`.

In: a tree. Out: a table of the stages in their order. The stages' functions are wrapped where they are looked up; what
one spends in another counts for that other alone, so the parts make up the whole.
"""

import functools
import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from typing import Any

from measuring.fetching import HERE, PYTHON, MeasuringError
from measuring.speed import contenders
from measuring.speed.corpus import Tree
from measuring.speed.running import timed
from measuring.tables import aligned

_EXTRACT = "auditor.analysis.extraction"
STAGES: tuple[tuple[str, str], ...] = (
    ("discover", "auditor.analysis.discover:discover"),
    ("discover", "auditor.analysis.outside.project_metadata:read"),
    ("discover", "auditor.analysis.discover:read_sources"),
    ("extract: parse", f"{_EXTRACT}.extract:parse"),
    ("extract: walk", f"{_EXTRACT}.walk:Walk.__init__"),
    ("extract: walk", f"{_EXTRACT}.walk:Walk.visit_all"),
    ("extract: after", f"{_EXTRACT}.extract_all:extract"),
    ("extract: vulture", "auditor.analysis.opinions.vulture:ask_vulture"),
    ("extract: cache and pool", f"{_EXTRACT}.extract_all:extract_all"),
    ("table", "auditor.analysis.resolution.symbols:SymbolTable.__init__"),
    ("routes", "auditor.analysis.routing.routes:find"),
    ("routes", "auditor.analysis.routing.routes:detach"),
    ("resolve", "auditor.analysis.resolution.resolve:resolve"),
    ("resolve", "auditor.analysis.outside.outside_entries:attach"),
    ("resolve", "auditor.analysis.entries.startable:attach"),
    ("entries", "auditor.analysis.entries.entry_points:find"),
    ("reach", "auditor.analysis.reachability:reach"),
    ("findings: vulture", "auditor.pipeline.opinions:gather"),
    ("findings", "auditor.analysis.findings.findings:scan_findings"),
    ("findings", "auditor.pipeline.opinions:judge"),
    ("findings: islands", "auditor.analysis.findings.islands:find"),
    ("findings: held back", "auditor.analysis.findings.findings_held:held_back"),
    ("output", "auditor.report.formats:scan"),
    ("everything else", "auditor.pipeline:scan"),
)
"""Every stage's name and the function that is it, in the order of the table; several functions may be one stage."""

START = "start, imports"
ROUNDS = 3


class Clock:
    """CPU seconds by stage: each second counts for the innermost stage that runs."""

    def __init__(self, now: Callable[[], float] = time.process_time) -> None:
        self.seconds: dict[str, float] = {}
        self._now = now
        self._inner: list[float] = []
        self._active: list[str] = []

    def of(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function whose time counts for a stage, also while what it returns is iterated over."""
        self.seconds.setdefault(stage, 0.0)

        @functools.wraps(function)
        def counted(*given: object, **named: object) -> Any:  # noqa: ANN401 -- whatever the function returns
            if self._active and self._active[-1] == stage:
                return function(*given, **named)
            found = self._counted(stage, lambda: function(*given, **named))
            return self._iterated(stage, found) if isinstance(found, Iterator) else found

        return counted

    def _counted(self, stage: str, step: Callable[[], Any]) -> Any:  # noqa: ANN401 -- as above
        self._active.append(stage)
        self._inner.append(0.0)
        start = self._now()
        try:
            return step()
        finally:
            took = self._now() - start
            self._active.pop()
            self.seconds[stage] += took - self._inner.pop()
            if self._inner:
                self._inner[-1] += took

    def _iterated(self, stage: str, found: Iterator[Any]) -> Iterator[Any]:
        end = object()
        while (one := self._counted(stage, lambda: next(found, end))) is not end:
            yield one


def located(place: str) -> tuple[Any, str, Callable[..., Any]]:
    """Return where a stage's function is looked up, its name there, and itself.

    Raises:
        MeasuringError: It is not there: `STAGES` is older than the code.
    """
    module, _, path = place.partition(":")
    *owners, name = path.split(".")
    try:
        owner = functools.reduce(getattr, owners, importlib.import_module(module))
        return owner, name, getattr(owner, name)
    except (ImportError, AttributeError) as error:
        raise MeasuringError(f"the stage {place} is not there any more; mend STAGES in {__file__}") from error


def main() -> None:
    """Scan the current directory with all stages wrapped, and print the seconds as JSON; `quiet` asks no vulture."""
    clock = Clock()
    for stage, place in STAGES:
        owner, name, function = located(place)
        setattr(owner, name, clock.of(stage, function))
    from pathlib import Path

    from auditor import pipeline
    from auditor.config import load
    from auditor.report import formats

    start = time.process_time()
    result = pipeline.scan(load(Path.cwd()), jobs=1, cache=False, opinions="quiet" not in sys.argv)
    written = formats.scan(result, "json")
    print(json.dumps({"files": result.files, "bytes": len(written), "seconds": {START: start, **clock.seconds}}))


def measured(tree: Tree, *, quiet: bool) -> str:
    """Return the table of the stages of a scan of a tree: milliseconds of CPU, medians, and their shares."""
    command = [PYTHON, "-m", "measuring.speed.stages", *(("quiet",) if quiet else ())]
    environment = contenders.environment(tree.path)
    environment["PYTHONPATH"] = f"{HERE}:{HERE / 'scripts'}"
    taken = []
    for _ in range(ROUNDS):
        ran = timed(command, tree.path, environment, contenders.TIMEOUT)
        if ran.code:
            raise MeasuringError(f"the stages of {tree.name} exited {ran.code}: {ran.stderr.strip()[-200:]}")
        taken.append(json.loads(ran.stdout)["seconds"])
    return table({stage: median(one[stage] for one in taken) for stage in taken[0]}, tree.lines)


def table(seconds: dict[str, float], lines: int) -> str:
    """Return seconds by stage as text, with shares of their sum and microseconds a line."""
    whole = sum(seconds.values())
    rows: list[Sequence[object]] = [("stage", "CPU ms", "share", "us a line")]
    for stage, took in (*seconds.items(), ("together", whole)):
        rows.append((stage, f"{took * 1000:,.0f}", f"{took / whole:.1%}", f"{took * 1e6 / lines:.2f}"))
    return aligned(rows)


if __name__ == "__main__":
    main()
