"""The analysis stages composed as the pipeline does, for tests of what comes out at the end."""

from pathlib import Path

import msgspec

from auditor.analysis import discover, reachability
from auditor.analysis.entries import entry_points, startable
from auditor.analysis.extraction import extract_all
from auditor.analysis.outside import outside_entries, project_metadata
from auditor.analysis.resolution import resolve
from auditor.analysis.resolution.symbols import SymbolTable
from auditor.analysis.routing import routes
from auditor.config import AuditConfig, load
from auditor.frameworks import RULES
from auditor.model.code import ModuleFacts
from auditor.model.graph import Analysis
from auditor.model.report import ScanFinding
from auditor.pipeline.opinions import judge
from auditor.pipeline.static import Static

CALLS = frozenset(name for rule in RULES for name in rule.calls)


def analyse(root: Path, config: AuditConfig | None = None) -> tuple[Analysis, tuple[ModuleFacts, ...]]:
    """Analyse a directory in this process, without a cache."""
    config = config or load(root).config
    rules = (*RULES, *(one.rule for one in config.frameworks))
    found = discover.discover(root, config)
    metadata = project_metadata.read(root, config, found.listed)
    files = discover.with_tests(found, metadata.tests).files
    facts = extract_all.extract_all(discover.read_sources(root, files), CALLS, jobs=1)
    table = SymbolTable(facts)
    route_table = routes.find(facts, table, rules)
    graph = routes.detach(resolve.resolve(facts, table, rules), facts, route_table)
    graph = startable.attach(outside_entries.attach(graph, table, metadata), facts, table, rules)
    entries = entry_points.find(facts, table, rules, metadata, config, route_table)
    lines = sum(one.lines for one in facts)
    analysis = Analysis(
        graph, entries, route_table, reachability.reach(graph, entries), len(facts), lines, metadata.kind
    )
    return analysis, facts


def scan(root: Path, config: AuditConfig | None = None) -> tuple[ScanFinding, ...]:
    """Return the findings of a directory."""
    analysis, facts = analyse(root, config)
    loaded = load(root)
    own = config or (loaded.config if loaded.root == root else AuditConfig())
    loaded = msgspec.structs.replace(loaded, root=root, config=own)
    return judge(loaded, Static(analysis, facts, ())).findings
