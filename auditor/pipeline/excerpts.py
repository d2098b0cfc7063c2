"""Source lines of what a plan speaks of, as they stand on its commit.

In: a configuration, a plan. Out: text by definition, bounded together so that the page stays small. Never reads the
working tree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.config import LoadedConfig
from auditor.model.code import DefinitionId
from auditor.model.verdict import Verdict
from auditor.pipeline.places import prefix_in, repository_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.model.plan import Plan, PlanFinding

MOST_CHARACTERS = 200_000
"""Of all excerpts together: coloured, they take about three times as much of the page."""
_MOST_LINES = 300
_ORDER = (Verdict.CONTRADICTED, Verdict.DEAD, Verdict.TEST_ONLY, Verdict.DORMANT)


def excerpts(loaded: LoadedConfig, made: Plan) -> dict[DefinitionId, str]:
    """Return definition -> source text: of contradictions, of what batches remove, of what is held back, of the rest.

    Those that find no more room are left out, whole; so is what lies inside another one.
    """
    repository = repository_of(loaded)
    prefix = prefix_in(loaded, repository)
    contents: dict[str, list[str]] = {}
    found: dict[DefinitionId, str] = {}
    room = MOST_CHARACTERS
    for one in _wanted(made):
        if one.path not in contents:
            content = repository.content(made.base_commit, prefix + one.path)
            contents[one.path] = (content or b"").decode("utf-8", "replace").splitlines()
        text = "\n".join(contents[one.path][max(0, one.line - 1) : one.end_line][: _MOST_LINES + 1])
        if text and len(text) <= room:
            found[one.id] = text
            room -= len(text)
        if room < MOST_CHARACTERS // 100:
            break
    return found


def _wanted(made: Plan) -> Iterable[PlanFinding]:
    """Return outermost findings in the order in which a reviewer wants to see them."""
    outer = [one for one in made.findings if one.inside is None and one.verdict in _ORDER and one.end_line]
    return sorted(
        outer, key=lambda f: (f.verdict is not Verdict.CONTRADICTED, f.batch is None, _ORDER.index(f.verdict))
    )
