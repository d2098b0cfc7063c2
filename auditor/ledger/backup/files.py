"""Where backups lie and what they are called. In: a directory, a ledger's name. Out: files, whole or none.

A backup is written under a temporary name, made to last (fsync) and then renamed. The clock is read only to name it.
Never deletes the newest backup, nor a ledger that a rollback set aside.
"""

import contextlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from auditor.errors import StoreError
from auditor.files import keep_out_of_git
from auditor.model.keeping import Backup

KEPT = 3
"""How many backups stay."""
COPY, PG_DUMP, ROWS = ".db", ".sql.gz", ".rows.gz"
"""Endings: a SQLite file, what `pg_dump` wrote, rows in our own form."""

_NAME = re.compile(
    r"(?P<name>.+)-(?P<revision>[0-9A-Za-z]{1,32})-(?P<time>[0-9]{8}T[0-9]{6}Z)(?:-(?P<number>[0-9]{1,4}))?"
    r"(?P<aside>\.aside)?(?:\.db|\.sql\.gz|\.rows\.gz)"
)
_TIME = "%Y%m%dT%H%M%SZ"
_PARTIAL = ".partial"


class BackupDirectory:
    """The backups of one ledger in a directory that other ledgers may share.

    Attributes:
        path: The directory; made when the first backup is.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self._name = name

    def all(self) -> tuple[Backup, ...]:
        """Return the backups and what was set aside, the newest first; nothing where the directory cannot be read."""
        try:
            found = [
                (match["time"], _number(match), _backup(entry, match))
                for entry, match in self._named()
                if entry.is_file()
            ]
        except OSError:
            return ()
        return tuple(backup for _, _, backup in sorted(found, key=lambda one: one[:2], reverse=True))

    def add(
        self,
        revision: str,
        ending: str,
        write: Callable[[Path], object],
        *,
        aside: bool = False,
        like: Path | None = None,
    ) -> Backup:
        """Let `write` make a backup under a temporary name, give it its own, and return it.

        `write` raises where what it wrote is not what it should be. Of the file `like`, which is what is saved, the
        permissions are taken over. Only for who holds the writer's lock of the ledger: what earlier attempts left
        half-written is removed.

        Raises:
            StoreError: The directory cannot be made or written, or there is no room; nothing is left behind.
        """
        try:
            return self._added(revision, ending, write, aside=aside, like=like)
        except OSError as error:
            raise StoreError(
                f"no backup could be made in {self.path}: {error.strerror or error}; nothing was changed; "
                "make it writable, or make room, and try again"
            ) from error

    def _added(
        self, revision: str, ending: str, write: Callable[[Path], object], *, aside: bool, like: Path | None
    ) -> Backup:
        self.path.mkdir(parents=True, exist_ok=True)
        keep_out_of_git(self.path)
        self._sweep()
        final = self._free_name(revision, ending, aside=aside)
        temporary = final.with_name(f".{final.name}{_PARTIAL}")
        try:
            temporary.touch(mode=0o600)
            write(temporary)
            if like is not None:
                temporary.chmod(stat.S_IMODE(like.stat().st_mode))
            synchronise(temporary)
            temporary.rename(final)
            synchronise(self.path)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
        added = described(final)
        assert added is not None, final
        return added

    def newest(self, *, aside: bool = False) -> Backup | None:
        """Return the newest backup that was made before a migration, or with `aside` the newest that was set aside."""
        return next((backup for backup in self.all() if backup.aside == aside), None)

    def prune(self) -> None:
        """Delete all but the newest backups; what was set aside stays."""
        for backup in [backup for backup in self.all() if not backup.aside][KEPT:]:
            with contextlib.suppress(OSError):
                Path(backup.path).unlink()

    def _free_name(self, revision: str, ending: str, *, aside: bool) -> Path:
        time, mark = datetime.now(UTC).strftime(_TIME), ".aside" if aside else ""
        numbers = [_number(match) for _, match in self._named() if match["time"] == time]
        number = f"-{max(numbers) + 1}" if numbers else ""
        return self.path / f"{self._name}-{revision}-{time}{number}{mark}{ending}"

    def _named(self) -> Iterator[tuple[Path, re.Match[str]]]:
        for entry in self.path.iterdir():
            match = _NAME.fullmatch(entry.name)
            if match and match["name"] == self._name:
                yield entry, match

    def _sweep(self) -> None:
        for left in self.path.glob(f".*{_PARTIAL}"):
            match = _NAME.fullmatch(left.name[1 : -len(_PARTIAL)])
            if match and match["name"] == self._name:
                left.unlink(missing_ok=True)


def described(path: Path) -> Backup | None:
    """Return what the name of a file says of it, None where it is not named like a backup or not there."""
    match = _NAME.fullmatch(path.name)
    return _backup(path, match) if match and path.is_file() else None


def synchronise(path: Path) -> None:
    """Make what was written to a file, or which names are in a directory, outlive a power cut."""
    if os.name == "nt" and path.is_dir():  # which Windows opens for nobody
        return
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _number(match: re.Match[str]) -> int:
    return int(match["number"] or 1)


def _backup(path: Path, match: re.Match[str]) -> Backup:
    status = path.stat()
    try:
        made_at = datetime.strptime(match["time"], _TIME).replace(tzinfo=UTC)
    except ValueError:  # somebody named it by hand
        made_at = datetime.fromtimestamp(status.st_mtime, UTC)
    return Backup(str(path), match["revision"], made_at, status.st_size, bool(match["aside"]))
