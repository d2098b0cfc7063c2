"""Small real projects for tests: a git repository with a past, and usage written through the tracker's sink."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from auditor.config import LoadedConfig, load
from auditor.git import Repository
from auditor.tracking import layout
from auditor.tracking.delta import Delta
from auditor.tracking.sinks import open_sink

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
APP = "shop"

CONFIG = """
app = "shop"
[[usage.sources]]
name = "production"
kind = "file"
url = "{sink}"
[plan]
smoke = {smoke}
test_command = {test_command!r}
"""


class Project:
    """A git repository in a directory, with configuration and a file sink beside it."""

    def __init__(self, root: Path, files: Mapping[str, str], *, smoke: str = "[]", test_command: str = "") -> None:
        self.root = root / "project"
        self.sink = (root / "usage").as_uri()
        self.root.mkdir()
        self.repository = Repository.init(self.root)
        config = CONFIG.format(sink=self.sink, smoke=smoke, test_command=test_command)
        self.commit({"auditor.toml": config, ".gitignore": ".auditor/\nreports/\n__pycache__/\n", **files})

    @property
    def loaded(self) -> LoadedConfig:
        return load(self.root)

    def commit(self, files: Mapping[str, str | None], *, days_ago: float = 100) -> str:
        """Write (or, for None, delete) files and commit them as of so many days before `NOW`."""
        for path, text in files.items():
            target = self.root / path
            if text is None:
                target.unlink()
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, "utf-8")
        stamp = (NOW - timedelta(days=days_ago)).isoformat()
        self.repository.run("add", "--all")
        self.repository.run("commit", "-q", "-m", "change", env={"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp})
        return self.repository.resolve("HEAD")

    def branch(self, name: str, files: Mapping[str, str | None]) -> str:
        """Commit files on a new branch from main and go back to main."""
        self.repository.run("checkout", "-q", "-b", name, "main")
        commit = self.commit(files, days_ago=0)
        self.repository.run("checkout", "-q", "main")
        return commit

    def watch(
        self,
        calls: Mapping[str, int],
        routes: Mapping[str, str] = {},
        *,
        shadowed: Mapping[str, str] = {},
        components: Mapping[str, int] = {},
        uses: Mapping[str, Mapping[str, int]] = {},
        registered: Mapping[str, str] = {},
        days: int = 15,
        until: datetime = NOW,
        gaps: Sequence[tuple[datetime, datetime]] = (),
        version: str = "v1",
    ) -> None:
        """Record daily calls, each day of `days` before `until`, every minute but the gaps watched.

        `uses` are daily counts of other kinds (`{"tasks": {"mail": 3}}`), `registered` names of such with what runs
        under them (`{"tasks mail": "shop.mail:send"}`); the kinds that either names are watched as calls are.
        """
        sink = open_sink(self.sink, APP)
        start = until - timedelta(days=days)
        table = {
            key: layout.route_record(
                handler, "", 0, version, [{"handler": shadowed[key], "file": "", "line": 0}] if key in shadowed else [],
                start.timestamp(), until.timestamp(),
            )
            for key, handler in routes.items()
        }  # fmt: skip
        sink.publish("routes", table, version)
        if registered:
            times = start.timestamp(), until.timestamp()
            names = {field: layout.route_record(one, "", 0, version, [], *times) for field, one in registered.items()}
            sink.publish("registered", names, version)
        kinds = {*uses, *(field.partition(" ")[0] for field in registered)}
        for back in range(days + 1):
            day = (start + timedelta(days=back)).date()
            midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
            first, last = max(midnight, start), min(midnight + timedelta(days=1), until)
            minutes = range(int(first.timestamp()) // 60, int(last.timestamp()) // 60)
            kept = tuple(m for m in minutes if not any(a.timestamp() <= m * 60 < b.timestamp() for a, b in gaps))
            counts = {
                "calls": {day: {layout.call_field(key, "2xx"): n for key, n in calls.items() if n}},
                "components": {day: dict(components)},
                **{kind: {day: dict(counted)} for kind, counted in uses.items()},
            }
            named = (*calls, *components, *(name for counted in uses.values() for name in counted))
            seen = {key: last.timestamp() - 60 for key in named}
            also = dict.fromkeys(sorted(kinds), kept)
            sink.write(
                Delta(at=last.timestamp(), version=version, counts=counts, minutes=kept, watched=also, last=seen)
            )
        sink.close()
        time.sleep(0)

    def collect(self, *, now: datetime = NOW, days: int = 14) -> None:
        from auditor import pipeline

        pipeline.collect(self.loaded, days=days, source=None, now=now, environment={})
