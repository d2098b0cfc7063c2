"""The printed figures: ratios first, seconds after. In: what was measured. Out: text, or plain values for JSON."""

import math
from collections.abc import Sequence

from measuring.speed.figures import Growth, Measured, per_million, times_faster
from measuring.speed.targets import FLOOR, PEER, Target
from measuring.tables import aligned

HEADS = ("", "x vulture", "of parse", "s", "spread", "CPU s", "klines/CPU s", "peak MB", "rounds")


def table(one: Measured) -> str:
    """Return all contenders on one tree: times faster than vulture, of the time of parsing, then the seconds."""
    rows: list[Sequence[object]] = [(f"{one.name}: {one.lines:,} lines, {one.files:,} files", *HEADS[1:])]
    for name, runs in one.runs.items():
        if not runs.rounds:
            rows.append((name, "", "", "out of time" if runs.late else "did not run", "", "", "", "", 0))
            continue
        ratios = (
            _ratio(times_faster(runs, one.runs[PEER])) if PEER in one.runs else "",
            _ratio(times_faster(one.runs[FLOOR], runs)) if FLOOR in one.runs else "",
        )
        peak = max(ran.peak for ran in runs.rounds.values()) / 1e6
        speed = one.lines / 1000 / runs.cpu
        rows.append((
            name, *ratios, f"{runs.wall:.2f}", f"{runs.spread:.0%}", f"{runs.cpu:.2f}", f"{speed:,.0f}", f"{peak:,.0f}",
            len(runs.rounds),
        ))  # fmt: skip
    memory = [
        f"memory, {name}: largest process {per_million(seen.largest, one.lines):,.0f} MB per million lines, "
        f"all processes {per_million(seen.together, one.lines):,.0f}"
        for name, seen in one.memory.items()
    ]
    return "\n".join((aligned(rows), *memory))


def _ratio(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.2f}"


def growth(figures: Growth) -> str:
    """Return the figures over sizes, the exponents in the last row."""
    rows: list[Sequence[object]] = [("lines", "s, 1 job", "MB, 1 job", "MB, all processes")]
    for lines, seconds, largest, together in zip(*figures, strict=True):
        rows.append((f"{lines:,}", f"{seconds:.2f}", f"{largest / 1e6:,.0f}", f"{together / 1e6:,.0f}"))
    rows.append(("exponent", *(f"{value:.2f}" for value in figures.exponents.values())))
    return aligned(rows)


def targets(rows: Sequence[Target]) -> str:
    """Return the targets beside the figures."""
    cells: list[Sequence[object]] = [("tree", "target", "wanted", "got", "unit", "")]
    for one in rows:
        met = "met" if one.met else "NOT MET"
        cells.append((one.tree, one.what, f"{one.sign} {one.wanted:g}", f"{one.got:.2f}", one.unit, met))
    return aligned(cells, 2)


def as_json(measured: Sequence[Measured], grown: Growth | None, judged: Sequence[Target]) -> dict[str, object]:
    """Return everything as plain values: seconds, bytes."""
    trees = {}
    for one in measured:
        runs = {
            name: {
                "wall": [ran.wall for ran in of.rounds.values()],
                "cpu": [ran.cpu for ran in of.rounds.values()],
                "peak": max((ran.peak for ran in of.rounds.values()), default=0),
                "late": of.late,
            }
            for name, of in one.runs.items()
        }
        memory = {name: seen._asdict() for name, seen in one.memory.items()}
        trees[one.name] = {"files": one.files, "lines": one.lines, "runs": runs, "memory": memory}
    return {
        "trees": trees,
        "growth": None if grown is None else {**grown._asdict(), "exponents": grown.exponents},
        "targets": [{**one._asdict(), "met": one.met} for one in judged],
    }
