"""What can be configured: frozen values, their defaults, durations. Never reads a file."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from auditor.config.house import HouseFramework
from auditor.config.source_values import SourceConfig

_DURATION = re.compile(r"([0-9]{1,9})\s*([smhd])")
_LONGEST = timedelta(days=3650)
_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
MOST_DAYS = 400
"""The longest window, in days: trackers and logs keep no more."""

Duration = Annotated[str, msgspec.Meta(extra={"unit": "duration: a whole number and s, m, h or d"})]
Share = Annotated[float, msgspec.Meta(extra={"unit": "share, above 0 and up to 1"})]

OpinionTool = Literal["knip", "deadcode", "skylos", "vulture"]


class OpinionSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A report that another tool has written; any number of them.

    Attributes:
        tool: Which tool wrote it: Knip and skylos as JSON, deadcode and vulture as text.
        path: Where it lies, relative to the audited root.
    """

    tool: OpinionTool
    path: str


class ScanConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a scan asks besides our own analysis.

    Attributes:
        jobs: Worker processes, at most; 0 for one a core.
        opinions: Ask vulture for its opinion.
        knip: Run the Knip that the project has installed, and take over its findings.
        cache: Keep facts between runs: in `.auditor/cache` (`true`), nowhere (`false`), in this directory, or in a
            Redis besides (a URL, or `env:NAME` of either). Whoever may write there decides what is found.
        public_api: What users of a library may import: every public name of a public module, or only what the
            top packages offer (`__all__`, and what they bind without it).
        reports: Reports that other tools have written.
    """

    jobs: int = 0
    opinions: bool = True
    cache: bool | str = True
    knip: bool = False
    reports: tuple[OpinionSource, ...] = ()
    public_api: Literal["all", "exports"] = "all"


class UsageConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked of the evidence, and how long it is kept.

    Attributes:
        min_watched: Share of the window's minutes, and of every full day's, that must be watched.
        max_age: Highest age of the newest evidence when a plan is made, and when a batch of it is applied.
        sources: Where usage comes from.
        period_start: First UTC day of the monitoring period; left out: the first that the ledger knows.
        keep_days: Days of daily counts that the ledger keeps.
        keep_hours: Days of hourly counts that it keeps.
        alert_webhook: URL, or `env:NAME`, that is told when collection stops; empty: nobody is.
    """

    min_watched: Share = 0.95
    max_age: Duration = "36h"
    sources: tuple[SourceConfig, ...] = ()
    period_start: date | None = None
    keep_days: int = MOST_DAYS
    keep_hours: int = 30
    alert_webhook: str = ""


class PlanConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How deletions are cut into batches, and what is run after each.

    Attributes:
        max_files: Files that a batch touches, at most.
        per_week: Batches deployed in a week, for the plan's timeline.
        test_command: Run in the edited tree after each batch; empty: nothing is.
        smoke: `module` or `module:attribute`, imported in a fresh interpreter after each batch.
        timeout: For the test command, and for each import.
        python: Interpreter for the imports, as in `.venv/bin/python`; empty: the one that runs auditor.
        knip: How the project's Knip is run where a batch takes exports out of scripts.
    """

    max_files: int = 5
    per_week: int = 1
    test_command: str = ""
    smoke: tuple[str, ...] = ()
    timeout: Duration = "15m"
    python: str = ""
    knip: str = "npx --no-install knip"


class GateAllow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A deletion that somebody answers for; any number of them. What is wrong with one is the gate's to say.

    Attributes:
        symbol: A definition's id or dotted name, or such with a `*`.
        reason: Why it may go.
        owner: Who answers for it.
        until: The last day (UTC, inclusive) on which that holds, at most 366 days ahead.
    """

    symbol: str
    reason: str = ""
    owner: str = ""
    until: date | None = None


class GateConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the gate asks of the evidence.

    Attributes:
        max_age: Highest age of the newest evidence.
        days: Length of the window looked at.
        allow_dormant: Let endpoints be deleted that a sufficiently watched window saw no call of.
        trailers: Let `Auditor-Override` trailers of a change's own commits override the gate.
        allow: Deletions that somebody answers for. Those of the base commit count.
    """

    max_age: Duration = "36h"
    days: int = 14
    allow_dormant: bool = False
    trailers: bool = False
    allow: tuple[GateAllow, ...] = ()


class ReportConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where results are written, and where their links lead.

    Attributes:
        directory: For `plan.json`, `plan.md` and `plan.html`, relative to the audited root.
        repository_url: The repository's page, where the remote does not tell it: `https://git.example.com/team/shop`.
        repository_host: What runs there, where the host's name does not tell it; `none` for no links at all.
    """

    directory: str = "reports"
    repository_url: str = ""
    repository_host: Literal["auto", "none", "github", "gitlab", "bitbucket", "bitbucket_server", "azure", "gitea"] = (
        "auto"
    )


class ServiceConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `auditor serve` takes from browsers, and whom it answers.

    Attributes:
        origins: Whose pages may deliver counts of components, as in `https://shop.example`; nobody's by default.
        spool_megabytes: Room for deliveries that wait to be collected.
        token: `env:NAME` of a token that browsers must send with a delivery; empty: none is asked for.
        deliveries_a_minute: How many deliveries one address may make.
        read_token: `env:NAME` of a token that who reads must show; empty: none is asked for.
    """

    origins: tuple[str, ...] = ()
    spool_megabytes: int = 256
    token: str = ""
    deliveries_a_minute: int = 60
    read_token: str = ""


class KeepEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A definition that must stay; any number of them.

    Attributes:
        definition: Glob over ids, as in `shop.reports:monthly_*`.
        reason: Why it stays.
        owner: Who says so.
        until: The last day (inclusive) on which that holds; left out: for good.
    """

    definition: str
    reason: str
    owner: str
    until: date | None = None


class AuditConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole configuration; defaults are what an absent file means.

    Attributes:
        app: Name under which the tracker writes; needed for sources of kind `redis` and `file`.
        roots: Import roots, relative to the file; empty: detected.
        project: Whether the public API is an entry point (`library`) or not (`application`); `auto`: detected, and
            said.
        exclude: Globs of paths left out.
        tests: Globs of test files.
        ledger: Database URL, or `env:NAME` of one; a relative path starts at the file.
    """

    app: str = ""
    roots: tuple[str, ...] = ()
    project: Literal["auto", "application", "library"] = "auto"
    exclude: tuple[str, ...] = ()
    tests: tuple[str, ...] = (
        "tests/**",
        "test/**",
        "**/tests/**",
        "**/test_*.py",
        "**/*_test.py",
        "**/tests.py",
        "**/conftest.py",
        "t/**",
        "features/steps/**",
        "features/environment.py",
    )
    ledger: str = "sqlite:///.auditor/ledger.db"
    scan: ScanConfig = ScanConfig()
    usage: UsageConfig = UsageConfig()
    plan: PlanConfig = PlanConfig()
    gate: GateConfig = GateConfig()
    report: ReportConfig = ReportConfig()
    service: ServiceConfig = ServiceConfig()
    keep: tuple[KeepEntry, ...] = ()
    frameworks: tuple[HouseFramework, ...] = ()


class LoadedConfig(msgspec.Struct, frozen=True):
    """A configuration and where it came from.

    `root` is the audited root: the directory of `path`, or the one searched.
    """

    config: AuditConfig
    root: Path
    path: Path | None


def parse_duration(text: str) -> timedelta:
    """Return the length of `"36h"`, `"90m"`, `"2d"`; raise ValueError for anything else, zero and ages included."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a duration; write a whole number and s, m, h or d, as in '36h'")
    length = timedelta(seconds=int(match[1]) * _UNIT_SECONDS[match[2]])
    if not timedelta(0) < length <= _LONGEST:
        raise ValueError(f"{text!r} is not a duration above zero and up to {_LONGEST.days} days")
    return length
