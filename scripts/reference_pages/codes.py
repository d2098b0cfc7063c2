"""exit-codes-and-rules.md: exit codes, rule ids, the gate's reasons, verdicts and reasons to hold back."""

from auditor.cli import exit_codes
from auditor.model.report import RULES
from auditor.model.verdict import Verdict
from auditor.report import gate_words
from auditor.report.wording import DISPROOF, HOLD_LABEL, HOLD_RELEASE, VERDICT_MEANING
from reference_pages import markdown
from reference_pages.markdown import quoted, table

_LEAD = (
    "Scripts and CI rely on these: none changes its meaning. `--exit-zero` hides 1, and never 2 or 3: what "
    "could not be judged does not pass."
)


def page() -> str:
    """Return the page."""
    by_command = [
        [
            f"[`auditor {name}`](commands.md#auditor-{name.replace(' ', '-')})",
            *(_meaning(name, code) for code in (1, 3)),
        ]
        for name in exit_codes.OF
    ]
    verdicts = [[quoted(one.value), VERDICT_MEANING[one], DISPROOF[one]] for one in Verdict]
    held = [[quoted(one), HOLD_LABEL[one], HOLD_RELEASE[one]] for one in HOLD_LABEL]
    reasons = [
        [quoted(one), gate_words.LABEL[one], gate_words.RULES[one], gate_words.MEND[one]]
        for one in gate_words.WHY_ORDER
    ]
    return markdown.page(
        "Exit codes and rules",
        _LEAD,
        "## Exit codes",
        table(["code", "means"], [[str(code), text] for code, text in exit_codes.EVERY.items()]),
        table(["command", "ends with 1 when", "ends with 3 when"], by_command),
        "## Rules of a scan",
        "In SARIF, GitLab's report, GitHub's annotations and the baseline.",
        table(["rule", "finds"], [[quoted(rule), text] for rule, text in RULES.items()]),
        "## Reasons of the gate",
        "The most important first. In SARIF they are rules; in JSON, `why`.",
        table(["reason", "in words", "the change", "what to do"], reasons),
        "## Verdicts",
        table(["verdict", "means", "what would disprove it"], verdicts),
        "## Reasons to hold back",
        "What a plan leaves alone although its verdict would let it go.",
        table(["reason", "in words", "released"], held),
    )


def _meaning(command: str, code: int) -> str:
    return exit_codes.OF[command].get(code, "never")
