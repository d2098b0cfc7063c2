"""Two route tables of one application compared: auditor's and the framework's own.

    python route_comparison.py OURS.json OWN.json --package NAME

In: rows of `auditor routes --format json`, and what `route_probe` printed. Out: what one has and the other has not.
What a framework adds itself is no row of the application: handlers outside the application's packages are left out on
both sides, and counted.
"""

import argparse
import json
from collections.abc import Collection, Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

from auditor.analysis.routing.route_syntaxes import from_braces, from_rule, host_from_rule
from auditor.tracking.templates import from_angles

Row = tuple[str, str, str]
"""Method, template, handler."""


class Comparison(NamedTuple):
    """Rows of each side, and those that only one side has, sorted."""

    ours: frozenset[Row]
    own: frozenset[Row]
    missing: tuple[Row, ...]
    extra: tuple[Row, ...]
    outside: int
    aside: Mapping[str, int] = {}


def compare(
    static_rows: Iterable[Mapping[str, Any]],
    own_rows: Iterable[Mapping[str, Any]],
    packages: Collection[str] = (),
    aside: Collection[str] = (),
) -> Comparison:
    """Compare.

    Args:
        static_rows: As `auditor routes` prints them: `method`, `template`, `id`.
        own_rows: As the probe prints them: `method`, `template`, `handler`, `syntax`.
        packages: Top-level packages of the application; all handlers count where none is given.
        aside: Patterns of rows, as `METHOD template handler`, that are compared with nothing; counted for each.
    """
    every = frozenset((str(row["method"]), _normal(row), str(row["handler"])) for row in own_rows)
    own = frozenset(row for row in every if not packages or row[2].partition(":")[0].partition(".")[0] in packages)
    ours = frozenset((str(row["method"]), str(row["template"]), str(row["id"])) for row in static_rows)
    ours = frozenset(row for row in ours if not packages or row[2].partition(":")[0].partition(".")[0] in packages)
    like = {one: {row for row in ours | own if fnmatchcase(" ".join(row), one)} for one in aside}
    outside, left_out = len(every) - len(own), set().union(*like.values())
    ours, own = ours - left_out, own - left_out
    counted = {pattern: len(found) for pattern, found in like.items()}
    return Comparison(ours, own, tuple(sorted(own - ours)), tuple(sorted(ours - own)), outside, counted)


def _normal(row: Mapping[str, Any]) -> str:
    """Return a row's template in the form `{name}` or `{name:converter}`."""
    template, syntax = str(row["template"]), row.get("syntax", "braces")
    if syntax == "angles":
        return from_angles(template)
    if syntax == "aiohttp":
        return from_braces(template)
    if syntax == "rule":
        return host_from_rule(str(row.get("host", ""))) + from_rule(template)
    return template


def main() -> None:
    """Print how two tables differ."""
    parser = argparse.ArgumentParser()
    parser.add_argument("ours", type=Path, help="what `auditor routes --format json` printed")
    parser.add_argument("own", type=Path, nargs="+", help="what route_probe printed, one file an application")
    parser.add_argument("--package", action="append", default=[], help="top-level package of the application")
    given = parser.parse_args()
    own = [row for path in given.own for row in json.loads(path.read_text())["rows"]]
    found = compare(json.loads(given.ours.read_text()), own, given.package)
    print(f"ours {len(found.ours)}, own {len(found.own)}, missing {len(found.missing)}, extra {len(found.extra)}")
    for sign, rows in (("-", found.missing), ("+", found.extra)):
        for row in rows:
            print(" ", sign, *row)


if __name__ == "__main__":
    main()
