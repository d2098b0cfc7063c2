"""Every JSON document that auditor writes, or reads from others, with its schema.

In: a document's name. Out: its JSON Schema. What is not listed (`.auditor/cache`, notes of a run under way) is
auditor's own and may change without notice.
"""

from typing import Any, NamedTuple

from auditor.errors import ConfigError
from auditor.report.json_schema import Schema, schema


class Published(NamedTuple):
    """One document.

    Attributes:
        name: Of the schema.
        title: What it is, in a few words.
        where: The command that writes it, or what reads it, as Markdown.
        of: The type that it is written from, or read into.
        version: Its `format_version`; None where it carries none.
        reading: Whether it is read from others.
    """

    name: str
    title: str
    where: str
    of: Any
    version: int | None = None
    reading: bool = False


def published() -> tuple[Published, ...]:
    """Return all documents, in the order of the commands that write them."""
    from auditor.config import AuditConfig
    from auditor.ledger.evidence.reading import Head
    from auditor.ledger.evidence.sealed import Seal
    from auditor.ledger.evidence.tables import Table
    from auditor.model import answers, keeping, key_answers, monitoring
    from auditor.model.baseline import BASELINE_FORMAT_VERSION, Baseline
    from auditor.model.component_export import ComponentExport
    from auditor.model.gate import GateResult
    from auditor.model.graph import Route
    from auditor.model.plan import PLAN_FORMAT_VERSION, Plan
    from auditor.model.report import SCAN_FORMAT_VERSION, Explanation, ScanResult
    from auditor.model.retirement import RETIREMENT_FORMAT_VERSION, Residue, Retirement
    from auditor.pipeline.alerts import Alert
    from auditor.pipeline.holding import Hold

    answer, retirement = answers.ANSWER_FORMAT_VERSION, RETIREMENT_FORMAT_VERSION
    return (
        Published("scan", "Static findings", "`auditor scan --format json`", ScanResult, SCAN_FORMAT_VERSION),
        Published("why", "Why a definition is alive, or is not", "`auditor why TARGET --format json`", Explanation),
        Published("routes", "The route table", "`auditor routes --format json`", tuple[Route, ...]),
        Published(
            "usage-stats", "What was used", "`auditor usage stats --format json`, `GET /stats`", answers.UsageStats,
            answer,
        ),
        Published(
            "usage-unused", "What is registered and was never used",
            "`auditor usage unused --format json`, `GET /unused`", answers.UnusedRoutes, answer,
        ),
        Published(
            "usage-show", "All that is known of one key", "`auditor usage show KEY --format json`",
            key_answers.KeyAnswer, answer,
        ),
        Published(
            "usage-dead-weight", "What nobody used for long", "`auditor usage dead-weight --format json`",
            key_answers.DeadWeight, answer,
        ),
        Published("usage-scores", "How well each key did", "`auditor usage scores --format json`", key_answers.Scores,
                  answer),
        Published(
            "usage-health", "Whether evidence keeps coming in", "`auditor usage health --format json`, `GET /health`",
            answers.LedgerHealth, answer,
        ),
        Published("status", "How the monitoring goes", "`auditor status --format json`",
                  monitoring.MonitoringStatus, 1),
        Published("ledger-status", "The state of the ledger", "`auditor ledger status --format json`",
                  keeping.LedgerState, 1),
        Published("evidence", "One line of an evidence file", "`auditor ledger export FILE`",
                  Head | Table | Seal | tuple[Any, ...]),
        Published("plan", "The deletion plan", "`auditor plan` (`reports/plan.json`), `auditor report --format json`",
                  Plan, PLAN_FORMAT_VERSION),
        Published("holds", "What stays since tests failed without it", "`auditor apply --bisect` "
                  "(`.auditor/holds.json`)", tuple[Hold, ...]),
        Published("retirement", "The removal plan of one symbol", "`auditor retire SYMBOL` "
                  "(`reports/retire-SYMBOL.json`)", Retirement, retirement),
        Published("residue", "What is left of a symbol", "`auditor retire SYMBOL --check --format json`", Residue,
                  retirement),
        Published("gate", "The gate's answer", "`auditor gate --format json`", GateResult, 1),
        Published("baseline", "The unused code there is", "`auditor baseline` (`auditor-baseline.json`)", Baseline,
                  BASELINE_FORMAT_VERSION),
        Published("alert", "What the webhook is sent", "`auditor collect`, to `usage.alert_webhook`", Alert, 1),
        Published("component-export", "What a browser delivers", "`POST /components`, sources of kind `components`",
                  ComponentExport, reading=True),
        Published("configuration", "The configuration", "`auditor.toml`; `[tool.auditor]` of `pyproject.toml`",
                  AuditConfig, reading=True),
    )  # fmt: skip


def schema_of(document: Published) -> Schema:
    """Return the JSON Schema of a document."""
    drawn = schema(
        document.of, name=document.name, title=document.title, version=document.version, reading=document.reading
    )
    if document.name == "routes":  # the handler is published as `id`
        route = drawn["$defs"]["Route"]
        route["properties"] = {"id" if key == "handler" else key: of for key, of in route["properties"].items()}
        route["required"] = sorted(route["properties"])
    if document.name == "configuration":
        from auditor.config import BOUNDS

        for key, (least, most, _) in BOUNDS.items():
            table, _, name = key.partition(".")
            within = drawn["$defs"][drawn["properties"][table]["$ref"].rpartition("/")[2]]
            within["properties"][name] |= {"minimum": least, "maximum": most}
    return drawn


def schema_named(name: str) -> Schema:
    """Return the JSON Schema of the document of that name.

    Raises:
        ConfigError: There is none.
    """
    for document in published():
        if document.name == name:
            return schema_of(document)
    raise ConfigError(f"there is no schema {name!r}; 'auditor schema' lists them")
