"""Drives ASGI applications in process, and reads what the tracker around them delivered."""

import asyncio
from pathlib import Path
from typing import Any

import httpx

from auditor.tracking import shared
from auditor.tracking.sketches import UserSketch


class Tracked:
    """An application with the tracker around it, and what the tracker delivered."""

    def __init__(self, app: Any, directory: Path, totals: Any, records: Any) -> None:
        self.app = app
        self._directory = directory
        self._totals = totals
        self._records = records

    def drive(
        self, *requests: str, root_path: str = "", host: str = "testserver", headers: dict[str, str] | None = None
    ) -> list[int]:
        """Send requests ("GET /path") and return the status codes."""

        async def go() -> list[int]:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, root_path=root_path)
            async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}", headers=headers) as client:
                return [(await client.request(*request.split(" "))).status_code for request in requests]

        return asyncio.run(go())

    @property
    def calls(self) -> dict[str, int]:
        shared.close_all()
        return dict(sorted(self._totals(self._directory).items()))

    def counts(self, kind: str) -> dict[str, int]:
        """Return the counts of a kind, summed over days."""
        shared.close_all()
        totals: dict[str, int] = {}
        for record in self._records(self._directory):
            for fields in record.get(kind, {}).values():
                for field, count in fields.items():
                    totals[field] = totals.get(field, 0) + count
        return dict(sorted(totals.items()))

    def users(self) -> dict[str, int]:
        """Return how many users each usage key had, estimated from what was delivered."""
        shared.close_all()
        sketches: dict[str, UserSketch] = {}
        for record in self._records(self._directory):
            for keys in record.get("users", {}).values():
                for key, pairs in keys.items():
                    sketches.setdefault(key, UserSketch()).merge(UserSketch.of_pairs(pairs))
        return {key: sketch.cardinality() for key, sketch in sketches.items()}

    def minutes(self) -> list[int]:
        """Return the minutes that are marked as watched."""
        shared.close_all()
        return [minute for record in self._records(self._directory) for minute in record.get("minutes", ())]

    def lost(self) -> int:
        """Return how many uses are recorded as lost."""
        shared.close_all()
        return sum(count for record in self._records(self._directory) for count in record.get("lost", {}).values())

    @property
    def routes(self) -> dict[str, Any]:
        shared.close_all()
        published = [record["routes"] for record in self._records(self._directory) if record["kind"] == "routes"]
        return published[-1] if published else {}
