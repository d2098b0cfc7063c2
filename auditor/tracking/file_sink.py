"""Writes usage to files: `<directory>/<app>/<instance>-YYYYMMDD.jsonl`, append only, one JSON object a line.

In: deltas and route tables. Out: one `write` a record to a file that no other process writes. A record is there wholly
or not at all: what a full disk cut short is taken back. Never reads a record, never touches files of other apps;
removes this app's files that nobody has written to for longer than the retention.
"""

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from auditor.tracking import layout
from auditor.tracking.delta import Delta
from auditor.tracking.sinks import SinkError

_SECONDS_A_DAY = 86400
_ALWAYS = (layout.CALLS, "components", "tasks", "functions")
"""Kinds that every record has, even empty: readers of the first version expect them."""


class FileSink:
    """A `Sink` in a local directory; the file is opened at the first write and anew on each UTC day."""

    def __init__(self, directory: Path, app: str, instance: str, retention_days: int = layout.RETENTION_DAYS) -> None:
        self._directory = directory / app
        self._instance = instance
        self._keep_seconds = (retention_days + 1) * _SECONDS_A_DAY
        self._descriptor: int | None = None
        self._day = ""
        self._applied = 0

    def write(self, delta: Delta) -> None:
        """Append a flush record."""
        if delta.sequence and delta.sequence <= self._applied:
            return
        record: dict[str, object] = {
            "v": layout.FORMAT_VERSION,
            "kind": "flush",
            "seq": delta.sequence,
            "closed": delta.closing,
            "at": delta.at,
            "since": delta.since,
            "started": delta.started,
            "interval": delta.interval,
            "watching": list(delta.watching),
            "version": delta.version,
            "minutes": list(delta.minutes),
        }
        if delta.watched:
            record["watched"] = {kind: list(minutes) for kind, minutes in delta.watched.items()}
        for kind in layout.KINDS:
            days = delta.counts.get(kind, {})
            if days or kind in _ALWAYS:
                record[kind] = {day.isoformat(): dict(fields) for day, fields in days.items()}
        record["last"] = dict(delta.last)
        record["lost"] = {day.isoformat(): count for day, count in delta.lost.items()}
        if delta.users:
            record["users"] = {
                day.isoformat(): {key: sketch.pairs() for key, sketch in sketches.items()}
                for day, sketches in delta.users.items()
            }
        self._append(record)
        self._applied = max(self._applied, delta.sequence)

    def publish(self, table: str, records: Mapping[str, Mapping[str, object]], version: str) -> None:
        """Append a record of a table."""
        stamped = {key: {**record, "version": version} for key, record in records.items()}
        self._append({"v": layout.FORMAT_VERSION, "kind": table, "at": time.time(), "version": version, table: stamped})

    def close(self) -> None:
        """Close the file."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with suppress(OSError):
                os.close(descriptor)

    def _append(self, record: Mapping[str, object]) -> None:
        line = json.dumps(record, separators=(",", ":")).encode("ascii") + b"\n"
        try:
            descriptor = self._open()
            before = os.fstat(descriptor).st_size
            written = os.write(descriptor, line)
            if written != len(line):
                os.ftruncate(descriptor, before)
                raise SinkError(f"{self._directory}: only {written} of {len(line)} bytes could be written")
        except OSError as error:
            self.close()
            raise SinkError(f"{self._directory}: {error}") from error

    def _open(self) -> int:
        """Return the descriptor of today's file; a file that was removed meanwhile is made anew."""
        today = datetime.now(UTC).strftime("%Y%m%d")
        path = self._directory / f"{self._instance}-{today}.jsonl"
        if self._descriptor is not None and self._day == today and path.exists():
            return self._descriptor
        self.close()
        self._directory.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        self._day = today
        self._remove_old()
        return self._descriptor

    def _remove_old(self) -> None:
        oldest = time.time() - self._keep_seconds
        for path in self._directory.glob("*.jsonl"):
            with suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()
