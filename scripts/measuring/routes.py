"""auditor's route table of an application against its framework's own.

In: an application whose row names a probe, where it lives. Out: `Compared`. The probe runs inside the application's own
environment and asks the framework; nothing is served.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from measuring.applications import Application
from measuring.fetching import HERE, PYTHON, MeasuringError, attempt
from measuring.measure import Place, renew
from measuring.route_comparison import compare


class Compared(NamedTuple):
    """Numbers of rows on either side, and those that one side alone has, as `METHOD template handler`."""

    name: str
    ours: int
    own: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    aside: tuple[tuple[int, str], ...] = ()
    """How many rows were compared with nothing, and why."""


def compared(application: Application, place: Place) -> Compared:
    """Compare the route tables of an application; raise MeasuringError where one side does not answer."""
    probe = Path(__file__).with_name(application.routes[0])
    wanted = {name: value.format(tree=place.work) for name, value in application.environment.items()}
    renew(place)
    home = place.home if application.wheel else place.work / application.below
    own = _answer([place.python, probe, *application.routes[1:]], home, {**os.environ, **wanted})
    static = {**os.environ, "PYTHONPATH": str(HERE), "PYTHONSAFEPATH": "1"}
    ours = _answer([PYTHON, "-m", "auditor", "routes", "--format", "json"], place.scan, static)
    rows = own["rows"] if isinstance(own, Mapping) else own
    found = compare(ours, rows, _packages(application), application.aside)
    name = f"{application.name} {application.version}"
    if idle := [pattern for pattern, number in found.aside.items() if not number]:
        raise MeasuringError(f"{name}: no row is like {idle[0]!r}, which the table sets aside")
    aside = tuple((number, application.aside[pattern]) for pattern, number in found.aside.items())
    missing, extra = tuple(map(" ".join, found.missing)), tuple(map(" ".join, found.extra))
    return Compared(name, len(found.ours), len(found.own), missing, extra, aside)


def _packages(application: Application) -> set[str]:
    return {Path(one).name for one in application.production}


def _answer(command: list[str | Path], directory: Path, environment: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON
    done = attempt(command, cwd=directory, env=environment, timeout=300)
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError as error:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise MeasuringError(f"{Path(command[1]).name}: no table of routes: {last[:200]}") from error
