"""The printed figures: ratios first. In: what was measured. Out: text, or plain values for JSON."""

from collections.abc import Sequence

from measuring.tables import aligned
from measuring.tracking.cost import TARGET, Cost
from measuring.tracking.load import Sent
from measuring.tracking.outages import Outage


def quantile(seconds: Sequence[float], share: float) -> float:
    """Return the value below which a share of all values lies: the nearest that was measured, no mixture."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def costs(rows: Sequence[Cost], what: str = "CPU a request") -> str:
    """Return the table of CPU seconds a request, or of `what`."""
    cells: list[Sequence[object]] = [(what, "x none", "from", "to", "us", "rounds")]
    for one in rows:
        low, high = min(one.ratios), max(one.ratios)
        middle = sorted(one.seconds)[len(one.seconds) // 2] * 1e6
        cells.append((one.name, f"{one.ratio:.3f}", f"{low:.3f}", f"{high:.3f}", f"{middle:.0f}", len(one.seconds)))
    return aligned(cells)


def target(rows: Sequence[Cost]) -> str:
    """Return the target for the tracker beside its figure; empty where it was not measured."""
    for one in rows:
        if one.name == "auditor":
            met = "met" if one.ratio <= TARGET else "NOT MET"
            return f"target: at most {TARGET:.2f} x none, got {one.ratio:.3f}: {met}"
    return ""


def outages(rows: Sequence[Outage]) -> str:
    """Return the table of latencies while Redis was sick, tracked against untracked, and of what is counted."""
    heads = ("Redis", "p50 x none", "p99 x none", "p50 ms", "p99 ms", "max ms", "none's max", "CPU x none", "counts")
    cells: list[Sequence[object]] = [heads]
    for one in rows:
        p50, p99 = (_ratio(one, share) for share in (0.5, 0.99))
        cells.append((
            one.condition, f"{p50:.2f}", f"{p99:.2f}", *(_ms(one.tracked, share) for share in (0.5, 0.99, 1.0)),
            _ms(one.none, 1.0), f"{one.cpu[1] / one.cpu[0]:.2f}", one.verdict.text,
        ))  # fmt: skip
    return aligned(cells)


def _ratio(one: Outage, share: float) -> float:
    return quantile(one.tracked.seconds, share) / quantile(one.none.seconds, share)


def _ms(sent: Sent, share: float) -> str:
    return f"{quantile(sent.seconds, share) * 1000:.1f}"


def as_json(cost: Sequence[Cost], suffered: Sequence[Outage]) -> dict[str, object]:
    """Return everything as plain values: seconds."""
    return {
        "cpu": {one.name: {"ratio": one.ratio, "seconds": one.seconds} for one in cost},
        "outages": {
            one.condition: {
                "none": one.none.seconds,
                "tracked": one.tracked.seconds,
                "cpu": one.cpu,
                "good": one.verdict.good,
                "counts": one.verdict.text,
            }
            for one in suffered
        },
    }
