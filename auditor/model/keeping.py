"""How a ledger is kept: the state it is in, its backups, what migrating, rolling back and exchanging it did.

In: nothing. Out: frozen structs; the JSON form of `LedgerState` is that of `auditor ledger status`. All times are aware
UTC; all days are UTC dates. Never reads a clock.
"""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec


class Backup(msgspec.Struct, frozen=True):
    """A saved ledger.

    Attributes:
        path: The file.
        revision: Of the schema that is in it; `damaged` where it could not be read.
        made_at: When it was made.
        size: In bytes.
        aside: True: the ledger that a rollback replaced, which is never deleted. False: made before a migration.
    """

    path: str
    revision: str
    made_at: datetime
    size: int
    aside: bool = False


class Migration(msgspec.Struct, frozen=True):
    """What bringing a ledger up to date did: from one revision to another, with the backup that was made before.

    `note` says, in a sentence, how the backup was made where that is not the usual way.
    """

    before: str
    after: str
    backup: Backup
    note: str | None = None


class RolledBack(msgspec.Struct, frozen=True):
    """What a rollback did: the backup that was put back, and where the ledger lies that was there before.

    `kept` is None where there was none. `revision` is the ledger's now. `notes` are a sentence each.
    """

    backup: str
    revision: str
    kept: Backup | None = None
    notes: tuple[str, ...] = ()


class EvidenceWritten(msgspec.Struct, frozen=True):
    """An evidence file that was written: its digest, whether it is signed, its size in bytes, its first UTC day."""

    digest: str
    signed: bool
    size: int
    first_day: date


class EvidenceJoined(msgspec.Struct, frozen=True):
    """An evidence file that was joined into a ledger.

    Attributes:
        created_at: When it was written.
        digest: Its digest.
        changed: Rows that told something new.
        migrated: What was done to a ledger of an older auditor before.
        notes: A sentence each.
    """

    created_at: datetime
    digest: str
    changed: int
    migrated: Migration | None = None
    notes: tuple[str, ...] = ()


class KeptSource(msgspec.Struct, frozen=True):
    """A source of which the ledger holds something; times of its last collection, and of the last that was well."""

    name: str
    configured: bool
    collected_at: datetime | None = None
    healthy_at: datetime | None = None


class LedgerState(msgspec.Struct, frozen=True):
    """A ledger as it lies there, of whatever revision.

    Attributes:
        place: File or URL without a password.
        revision: Of its schema; None where the database holds no ledger yet.
        newest_revision: That this auditor writes.
        size: In bytes, of all its tables.
        first_day: First UTC day that it holds anything of, None where it holds nothing.
        last_day: Last one.
        rows: Table -> rows.
        sources: By name.
        backups: The newest first.
        backup_directory: Where backups are made.
        next_step: What to do where it is not of the newest revision, in one sentence.
    """

    place: str
    revision: str | None
    newest_revision: str
    size: int
    first_day: date | None
    last_day: date | None
    rows: Mapping[str, int]
    sources: tuple[KeptSource, ...]
    backups: tuple[Backup, ...]
    backup_directory: str
    next_step: str | None = None
