"""The printed tables. In: `Measured` rows. Out: text. Never decides."""

from collections.abc import Iterable, Sequence

from measuring.benchmarks import Tally
from measuring.measure import Measured
from measuring.routes import Compared
from measuring.scoring import Score

HEADS = ("application", "tool", "called", "ran", "quiet", "lines", "dead", "of", "lines", "alive", "s")


def aligned(rows: Sequence[Sequence[object]], left: int = 1) -> str:
    """Return rows as text, the first `left` columns left-aligned, the others right; a rule below the first row."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    lines = [
        "  ".join(
            c.ljust(w) if n < left else c.rjust(w) for n, (c, w) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    return "\n".join((lines[0], "-" * max(map(len, lines)), *lines[1:]))


def false_alarms(measured: Iterable[Measured]) -> str:
    """Return the table of what each tool called unused, what of it ran, and what a person said of the rest."""
    rows: list[Sequence[object]] = [HEADS]
    totals: dict[str, list[Score]] = {}
    for one in measured:
        for score in one.scores:
            rows.append((one.name, score.tool, *_cells([score])))
            totals.setdefault(score.tool, []).append(score)
    rows.extend(("together", tool, *_cells(scores)) for tool, scores in totals.items())
    return aligned(rows, 2)


def _cells(scores: Sequence[Score]) -> tuple[object, ...]:
    if len(scores) == 1 and scores[0].problem:
        return (scores[0].problem.partition(":")[0], *("" for _ in range(7)), round(scores[0].seconds))
    called, ran = sum(len(s.called) for s in scores), sum(len(s.ran) for s in scores)
    return (
        called, ran, called - ran, sum(s.lines for s in scores), sum(s.dead for s in scores),
        sum(s.all_dead for s in scores), sum(s.lines_dead for s in scores), sum(len(s.alive) for s in scores),
        round(sum(s.seconds for s in scores), 1),
    )  # fmt: skip


def applications(measured: Iterable[Measured]) -> str:
    """Return the table of the applications themselves."""
    heads = ("application", "shape", "kind", "lines", "definitions", "ran", "green", "red", "pool", "judged")
    rows = [
        (f"{m.name} {m.version}", m.shape, m.kind, m.lines, m.units, m.ran, m.green, m.red, len(m.pool), m.judged)
        for m in measured
    ]
    return aligned((heads, *rows), 3)


def deletions(measured: Iterable[Measured]) -> str:
    """Return the table of what was deleted and whether the tests stayed green."""
    heads = ("application", "definitions", "files", "lines", "held", "raising", "green before", "green after", "broken")
    rows = [
        (m.name, d.definitions, d.files, d.lines, len(d.held), d.raising, d.green_before, d.green_after, len(d.broken))
        for m in measured
        if (d := m.deleted) is not None
    ]
    return aligned((heads, *rows))


def misses(measured: Iterable[Measured]) -> list[str]:
    """Return one line for everything that misses the target: auditor's claims that ran, and tests that turned red."""
    lines = []
    for one in measured:
        for score in one.scores:
            if score.tool == "auditor":
                lines += [f"{one.name}: {path}:{name} is called unreached and was executed" for path, name in score.ran]
                lines += [f"{one.name}: the tool {score.problem}"] if score.problem else []
        if one.deleted is not None:
            by_cause: dict[str, list[str]] = {}
            for test, why in one.deleted.broken.items():
                by_cause.setdefault(why, []).append(test)
            lines += [f"{one.name}: {len(red)} tests turned red, as {red[0]}: {why}" for why, red in by_cause.items()]
            lines += [f"{one.name}: {path} does not compile after the deletion" for path in one.deleted.uncompiled]
    return lines


def as_json(one: Measured) -> dict[str, object]:
    """Return a row as plain values; units as `path:qualified`."""
    scores = [
        {
            **score._asdict(),
            **{name: [":".join(key) for key in getattr(score, name)] for name in ("called", "ran", "alive")},
        }
        for score in one.scores
    ]
    pool = [":".join(key) for key in one.pool]
    return {**one._asdict(), "scores": scores, "pool": pool, "deleted": one.deleted._asdict() if one.deleted else None}


def benchmarks(tallies: Iterable[Tally]) -> str:
    """Return the table of the labelled benchmarks, and below it every label missed and finding too many of auditor."""
    heads = ("benchmark", "tool", "TP", "FP", "FN", "unlabelled", "precision", "recall", "F1", "strict")
    rows: list[Sequence[object]] = [heads]
    failures = []
    for one in tallies:
        if one.problem:
            rows.append((one.suite, one.tool, one.problem, *("" for _ in range(7))))
            continue
        shares = (f"{share:.3f}" for share in (one.precision, one.recall, one.f1, one.strict))
        rows.append((one.suite, one.tool, one.tp, one.fp, one.fn, one.unlabelled, *shares))
        failures += [f"{one.suite}: {line}" for line in one.failures if one.tool == "auditor"]
    return "\n".join((aligned(rows, 2), "", *failures)).rstrip()


def behind(tallies: Iterable[Tally]) -> list[str]:
    """Return one line for each benchmark and measure in which another tool is better than auditor."""
    rows = list(tallies)
    lines = []
    for own in (one for one in rows if one.tool == "auditor"):
        others = [one for one in rows if one.suite == own.suite and one.tool != "auditor" and not one.problem]
        best = max(others, key=lambda one: one.f1, default=None)
        for measure in ("precision", "recall") if best else ():
            mine, theirs = round(getattr(own, measure), 3), round(getattr(best, measure), 3)
            if mine < theirs:
                lines.append(f"{own.suite}: {measure} {mine:.3f}, below {best.tool}'s {theirs:.3f}")
    return lines


def routes(rows: Iterable[Compared]) -> str:
    """Return the table of compared route tables, and below it every row that one side alone has."""
    every = list(rows)
    heads = ("application", "auditor", "framework", "missing", "extra")
    cells = [(one.name, one.ours, one.own, len(one.missing), len(one.extra)) for one in every]
    lines = [f"{one.name}: {sign} {row}" for one in every for sign, these in (("-", one.missing), ("+", one.extra))
             for row in these]  # fmt: skip
    lines += [f"{one.name}: {number} set aside: {reason}" for one in every for number, reason in one.aside]
    return "\n".join((aligned((heads, *cells)), "", *lines)).rstrip()
