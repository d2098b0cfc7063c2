"""The state of the ledger for a terminal: at most 80 columns where names allow it. In: a LedgerState. Out: text."""

from pathlib import PurePath

from auditor.model.keeping import Backup, KeptSource, LedgerState
from auditor.report.layout import finished, fitted, width, wrapped
from auditor.report.wording import count, moment, number, printable

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def state(found: LedgerState) -> str:
    """Return where the ledger is, what it holds, who wrote it and which backups there are."""
    revision = "none" if found.revision is None else printable(found.revision)
    newest = "" if found.revision == found.newest_revision else f" (this auditor writes {found.newest_revision})"
    lines = [
        f"Ledger    {printable(found.place)}",
        f"Revision  {revision}{newest}",
        f"Size      {_size(found.size)}",
        f"Days      {found.first_day or '-'} to {found.last_day or '-'}",
        "",
    ]
    lines += [f"{number(rows):>13}  rows in {printable(table)}" for table, rows in sorted(found.rows.items()) if rows]
    empty = sum(not rows for rows in found.rows.values())
    lines += [f"               {count(empty, 'empty table')}"] if empty else []
    lines += [""] if found.rows else []
    lines += [line for source in found.sources for line in _source(source)]
    lines += [""] if found.sources else []
    lines += [line for backup in found.backups for line in _backup(backup)]
    lines += [] if found.backups else ["No backups yet: one is made before each migration."]
    lines += ["Backups are made in", f"  {printable(found.backup_directory)}"]
    if found.next_step:
        lines += ["", *wrapped(f"Next: {found.next_step}")]
    kept = sum(not backup.aside for backup in found.backups)
    return finished([*lines, "", f"{number(sum(found.rows.values()))} rows, {count(kept, 'backup')}."])


def _source(source: KeptSource) -> list[str]:
    configured = "" if source.configured else ", not configured"
    name = fitted(printable(source.name), width() - 20)
    return [f"Source    {name}{configured}", f"          collected {moment(source.collected_at)}"]


def _backup(backup: Backup) -> list[str]:
    what = "Set aside" if backup.aside else "Backup"
    name = fitted(printable(PurePath(backup.path).name), width() - 10)
    return [f"{what:<9} {backup.revision}, {moment(backup.made_at)}, {_size(backup.size)}", f"          {name}"]


def _size(size: int) -> str:
    """Return a number of bytes with a unit in which it has at most four digits."""
    value, unit = float(size), 0
    while value >= 1024 and unit < len(_UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{value:,.0f} {_UNITS[unit]}" if unit == 0 else f"{value:,.1f} {_UNITS[unit]}"
