"""The tables of the trial, printed and written into its document. In: `Trial`s. Out: text. Never decides."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from measuring.tables import aligned
from measuring.trial.running import RUNS, Trial

HEADS = (
    "application", "green", "batches", "files", "deleted", "lines", "planned", "held", "tests gone", "broken",
    "identical after rollback", "s",
)  # fmt: skip
BEGIN, END = "<!-- tables: written by scripts/deletion_trial -->", "<!-- end of tables -->"


def sections(trials: Iterable[Trial]) -> str:
    """Return one table a kind of run, each below the sentence that says what it is."""
    rows = list(trials)
    parts = []
    for run, sentence in RUNS.items():
        chosen = [one for one in rows if one.run == run]
        if chosen:
            parts.append(f"### `{run}`\n\n{sentence}\n\n```text\n{_table(chosen)}\n```")
    broken = [
        f"- {one.name}, {one.run}, {number}: {said}" for one in rows for number, said in sorted(one.broken.items())
    ]
    return "\n\n".join((*parts, *(["Broken:\n\n" + "\n".join(broken)] if broken else [])))


def _table(trials: Sequence[Trial]) -> str:
    rows: list[Sequence[object]] = [HEADS]
    rows += [
        (
            f"{t.name} {t.version}", t.green, t.batches, t.files, t.deleted, t.lines, t.planned, t.held, t.gone,
            len(t.broken) + len(t.skipped), "yes" if not t.differing else f"no: {len(t.differing)}", round(t.seconds),
        )
        for t in trials
    ]  # fmt: skip
    sums = [sum(row[n] for row in rows[1:] if isinstance(row[n], int)) for n in range(1, 10)]  # type: ignore[misc]
    same = sum(not t.differing for t in trials)
    rows.append(("together", *sums, f"{same} of {len(trials)}", round(sum(t.seconds for t in trials))))
    return aligned(rows)


def written(document: Path, trials: Iterable[Trial]) -> None:
    """Put the tables between the marks of the document."""
    text = document.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    document.write_text(f"{before}{BEGIN}\n\n{sections(trials)}\n\n{END}{after}", "utf-8")
