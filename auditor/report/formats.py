"""Which renderer writes which format: named here once, each imported only when it is asked for.

In: a result and a format's name. Out: text. A new format is one module and one line in a function below.
"""

from collections.abc import Mapping

from auditor.errors import ConfigError
from auditor.model.gate import GateResult
from auditor.model.plan import Plan
from auditor.model.report import ScanResult
from auditor.model.retirement import Residue, Retirement

SCAN_FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html")
GATE_FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown")
PLAN_FORMATS = ("html", "markdown", "json", "text")
RETIREMENT_FORMATS = ("text", "markdown", "json")
RESIDUE_FORMATS = ("text", "json")


def scan(
    result: ScanResult,
    format_name: str,
    *,
    limit: int | None = None,
    show_held: bool = False,
    external: bool = False,
) -> str:
    """Return a scan in one of `SCAN_FORMATS`; `limit` counts the findings that `text` lists.

    `show_held` lets `text` list what is held back as well; JSON always has it. `external` is what `html.scan` says.

    Raises:
        ConfigError: There is no such format.
    """
    match format_name:
        case "text":
            from auditor.report import text

            return text.scan(result, limit=limit, show_held=show_held)
        case "json":
            from auditor.report import json_text

            return json_text.scan(result)
        case "sarif":
            from auditor.report import sarif

            return sarif.scan(result)
        case "github":
            from auditor.report import github

            return github.scan(result)
        case "gitlab":
            from auditor.report import gitlab

            return gitlab.scan(result)
        case "junit":
            from auditor.report import junit

            return junit.scan(result)
        case "markdown":
            from auditor.report import markdown

            return markdown.scan(result)
        case "html":
            from auditor.report import html

            return html.scan(result, external=external)
        case _:
            raise _unknown("scan", format_name, SCAN_FORMATS)


def gate(result: GateResult, format_name: str, *, everything: bool = False) -> str:
    """Return the gate's answer in one of `GATE_FORMATS`; `everything` lets `text` fold nothing.

    Raises:
        ConfigError: There is no such format.
    """
    match format_name:
        case "text":
            from auditor.report import gate_text

            return gate_text.gate(result, everything=everything)
        case "json":
            from auditor.report import json_text

            return json_text.gate(result)
        case "sarif":
            from auditor.report import sarif

            return sarif.gate(result)
        case "github":
            from auditor.report import github

            return github.gate(result)
        case "gitlab":
            from auditor.report import gitlab

            return gitlab.gate(result)
        case "junit":
            from auditor.report import junit

            return junit.gate(result)
        case "markdown":
            from auditor.report import gate_markdown

            return gate_markdown.gate(result)
        case _:
            raise _unknown("gate", format_name, GATE_FORMATS)


def plan(
    value: Plan,
    format_name: str,
    *,
    sources: Mapping[str, str] = {},
    diffs: Mapping[int, str] = {},
    external: bool = False,
) -> str:
    """Return a plan in one of `PLAN_FORMATS`, or as `summary`: Markdown for the summary of a CI job.

    `sources`, `diffs` and `external` are what `html.plan` says.

    Raises:
        ConfigError: There is no such format.
    """
    match format_name:
        case "html":
            from auditor.report import html

            return html.plan(value, sources=sources, diffs=diffs, external=external)
        case "markdown":
            from auditor.report import markdown_plan

            return markdown_plan.plan(value)
        case "summary":
            from auditor.report import markdown_plan, markdown_room

            return markdown_plan.plan(value, room=markdown_room.SUMMARY)
        case "json":
            from auditor.report import json_text

            return json_text.plan(value)
        case "text":
            from auditor.report import plan_text

            return plan_text.plan(value)
        case _:
            raise _unknown("plan", format_name, PLAN_FORMATS)


def retirement(value: Retirement, format_name: str) -> str:
    """Return the plan of a retirement in one of `RETIREMENT_FORMATS`.

    Raises:
        ConfigError: There is no such format.
    """
    match format_name:
        case "text":
            from auditor.report import retirement_text

            return retirement_text.retirement(value)
        case "markdown":
            from auditor.report import retirement_markdown

            return retirement_markdown.retirement(value)
        case "json":
            from auditor.report import json_text

            return json_text.document(value)
        case _:
            raise _unknown("retirement", format_name, RETIREMENT_FORMATS)


def residue(value: Residue, format_name: str) -> str:
    """Return what is left of a symbol in one of `RESIDUE_FORMATS`.

    Raises:
        ConfigError: There is no such format.
    """
    match format_name:
        case "text":
            from auditor.report import retirement_text

            return retirement_text.residue(value)
        case "json":
            from auditor.report import json_text

            return json_text.document(value)
        case _:
            raise _unknown("list of what is left", format_name, RESIDUE_FORMATS)


def _unknown(what: str, format_name: str, known: tuple[str, ...]) -> ConfigError:
    return ConfigError(f"--format {format_name!r}: a {what} is written as {', '.join(known)}")
