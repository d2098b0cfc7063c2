"""One function a command: builds sources and stages, hands values from one to the next, returns the result.

In: a loaded configuration, arguments, the present, the environment. Out: values of `auditor.model`, or rendered text.
Prints nothing, reads no clock and no environment variable. Stages are imported where they are used, so that no command
pays for another's libraries. Read `static`, `evidence`, `deletion`, `removing`, `change`: that is the tool.
"""

from auditor.pipeline.change import gate, prepare_gate
from auditor.pipeline.deletion import plan, render_plan, stored_plan, write_plan
from auditor.pipeline.evidence import collect, observe, recorded, usage_health, usage_stats, usage_unused
from auditor.pipeline.exchange import EvidenceOption, ledger_export, ledger_import
from auditor.pipeline.importing import import_statistics
from auditor.pipeline.keeping import ledger_migrate, ledger_rollback, ledger_state
from auditor.pipeline.monitoring import status
from auditor.pipeline.questions import usage_dead_weight, usage_scores, usage_show
from auditor.pipeline.ratchet import baseline, gate_new
from auditor.pipeline.removing import apply, batch_diff, pending, plan_id_of, rechecked, rollback, standing
from auditor.pipeline.retirement import retire, retire_check
from auditor.pipeline.retirement_files import report_directory, write_retirement
from auditor.pipeline.scanning import scan
from auditor.pipeline.schemas import published, schema_named
from auditor.pipeline.serving import service
from auditor.pipeline.start import Started, init
from auditor.pipeline.static import Static, analyse, analyse_commit, routes, why
from auditor.pipeline.watching import Round, Watcher, collect_round

__all__ = [
    "EvidenceOption",
    "Round",
    "Started",
    "Static",
    "Watcher",
    "analyse",
    "analyse_commit",
    "apply",
    "baseline",
    "batch_diff",
    "collect",
    "collect_round",
    "gate",
    "gate_new",
    "import_statistics",
    "init",
    "ledger_export",
    "ledger_import",
    "ledger_migrate",
    "ledger_rollback",
    "ledger_state",
    "observe",
    "pending",
    "plan",
    "plan_id_of",
    "prepare_gate",
    "published",
    "rechecked",
    "recorded",
    "render_plan",
    "report_directory",
    "retire",
    "retire_check",
    "rollback",
    "routes",
    "scan",
    "schema_named",
    "service",
    "standing",
    "status",
    "stored_plan",
    "usage_dead_weight",
    "usage_health",
    "usage_scores",
    "usage_show",
    "usage_stats",
    "usage_unused",
    "why",
    "write_plan",
    "write_retirement",
]
