"""What entry points reach, and the sentence that says why.

In: `ReferenceGraph` and entry points, or a finished `Analysis`. Out: `Reachability`, `Explanation`. Never changes
the graph.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from auditor.analysis.dead_ends import HOW, Users
from auditor.model.code import Definition, DefinitionId, module_id
from auditor.model.graph import Analysis, EdgeKind, EntryPoint, Link, Reachability, ReferenceGraph
from auditor.model.report import ChainStep, Explanation

_LOCATION = re.compile(r"(?P<path>.+):(?P<line>\d+)")
_SHOWN = 20
_UNSEEN = {
    "maybe": "a name computed at run time in {where} could be its name",
    "passed": "an object that has it is given to code outside the project in {where}",
    "string": "a string in {where} could be its name, and names are looked up at run time",
    "evaluated": "code that is put together at run time in {where} could use it",
    "doctest": "an example in the documentation in {where} uses it",
}


def reach(graph: ReferenceGraph, entry_points: Sequence[EntryPoint]) -> Reachability:
    """Return what production reaches, and what tests reach besides.

    A file that could not be parsed, and a template, counts as an entry point of its own kind: what it uses is not known
    to be unused.
    """
    production = [one.definition for one in entry_points if one.production]
    tests = [one.definition for one in entry_points if not one.production]
    templates = {one.module for one in graph.definitions.values() if one.kind == "module" and "/" in one.module}
    for module in sorted(graph.unparsed | templates):
        definition = graph.definitions.get(module_id(module))
        if definition is not None:
            (tests if definition.in_tests else production).append(definition.id)
    live = graph.reached_from(dict.fromkeys(production))
    both = graph.reached_from(dict.fromkeys([*production, *tests])) if tests else live
    tested = {key: link for key, link in both.items() if key not in live}
    possible = _possible(graph, (*production, *tests), both)
    if tested:
        unseen = _possible(graph, production, live)
        possible.update({key: unseen[key] for key in tested if key in unseen})
    return Reachability(
        live, tested, {key: sentence for key, (_, sentence) in possible.items()},
        {key: how for key, (how, _) in possible.items()},
    )  # fmt: skip


def _possible(
    graph: ReferenceGraph, roots: Sequence[DefinitionId], live: Mapping[DefinitionId, Link]
) -> dict[DefinitionId, tuple[str, str]]:
    """Return what is not live but could be, if computed names are what they could be: the kind of edge, the sentence.

    A computed name can only be that of a member of a class that is live, and an import by a computed name says nothing
    new about a module that is imported anyway.
    """
    if not graph.maybe and not graph.startable:
        return {}
    starts = (*roots, *graph.startable)
    widened = graph.reached_from(dict.fromkeys(starts), _MayUse(graph, live).answer)
    found: dict[DefinitionId, tuple[str, str]] = {}
    for identity, link in widened.items():
        if identity in live:
            continue
        if identity in graph.startable and (link.via is None or link.via in live):
            found[identity] = "started", graph.startable[identity]
            continue
        if link.via is not None and link.kind in _UNSEEN:
            where = f"{graph.definitions[link.via].path}:{link.line}"
            shown = link.via.startswith("/")
            why = f"{where} documents it" if shown else _UNSEEN[link.kind].format(where=where)
            found[identity] = link.kind, why
            continue
        how, why = found.get(link.via or "", ("maybe", "it could itself be used in a way that cannot be seen"))
        if not why.startswith("`"):
            why = f"`{link.via}` uses it, and of that: {why}"
        found[identity] = how, why
    return found


class _MayUse:
    """Whether a use that cannot be seen could be one of a definition."""

    def __init__(self, graph: ReferenceGraph, live: Mapping[DefinitionId, Link]) -> None:
        self._definitions = graph.definitions
        self._live = live

    def answer(self, source: DefinitionId, kind: EdgeKind, target: DefinitionId) -> bool:
        """Return whether it could: members only where their class is live."""
        if kind == "contains":
            return source not in self._live
        if kind in ("evaluated", "doctest"):
            return True
        parent = self._definitions.get(self._definitions[target].parent or "")
        return parent is None or parent.kind != "class" or parent.id in self._live


def locate(analysis: Analysis, text: str) -> DefinitionId | None:
    """Return the definition that an id, a dotted name or `path:line` (1-based) means; the innermost one at a line."""
    definitions = analysis.graph.definitions
    if text in definitions:
        return text
    match = _LOCATION.fullmatch(text)
    if match:
        path, line = match["path"].removeprefix("./"), int(match["line"])
        inside = [one for one in definitions.values()
                  if one.path == path and one.kind != "import" and one.line <= line <= one.end_line]  # fmt: skip
        if inside:
            return min(inside, key=lambda one: (one.lines, one.id)).id
    if f"{text}:" in definitions:
        return f"{text}:"
    parts = text.replace(":", ".").split(".")
    for cut in range(len(parts) - 1, 0, -1):
        candidate = f"{'.'.join(parts[:cut])}:{'.'.join(parts[cut:])}"
        if candidate in definitions:
            return candidate
    named = [key for key, one in definitions.items() if one.kind != "import" and key.endswith((f".{text}", f":{text}"))]
    return named[0] if len(named) == 1 else None


def referrers(users: Users, identity: DefinitionId) -> tuple[ChainStep, ...]:
    """Return who refers to a definition (containment and its own members left out), by path and line."""
    found = (_step(users.graph, user, line, how) for user, how, line in users.of(identity))
    return tuple(sorted(found, key=lambda one: (one.path, one.line, one.id)))


def explain(analysis: Analysis, identity: DefinitionId) -> Explanation:
    """Return why a definition is reached, or who refers to it and what would make it live."""
    definition = analysis.graph.definitions[identity]
    reachability = analysis.reachability
    entries = {one.definition: one for one in reversed(analysis.entry_points)}
    if identity in reachability.production or identity in reachability.tests:
        production = identity in reachability.production
        links = reachability.chain(identity)
        chain = tuple(_chain_steps(analysis, links, entries))
        start = entries.get(links[0].definition)
        where = f": {start.detail}" if start else _outside(analysis.graph, links)
        steps = "1 step" if len(links) == 1 else f"{len(links)} steps"
        sentence = f"{'reached in production' if production else 'reached from tests only'}, in {steps}{where}"
        note = None if production else reachability.possible.get(identity)
        if note:
            sentence += f"; {note}, so it is not claimed to serve tests only"
        return Explanation(identity, definition.path, definition.line, "production" if production else "test_only",
                           sentence, chain)  # fmt: skip
    users = Users(analysis)
    referred_by = referrers(users, identity)
    return Explanation(
        identity, definition.path, definition.line, "unreached", _unreached(analysis, definition, referred_by),
        referred_by=referred_by[:_SHOWN],
        would_change=_would_change(analysis.graph, definition, referred_by),
        because=tuple(_dead_end(users, identity)),
    )  # fmt: skip


def _outside(graph: ReferenceGraph, links: Sequence[Link]) -> str:
    """Return where a file that is not Python names the second link; nothing where the chain starts elsewhere."""
    start = graph.definitions[links[0].definition]
    return f": named in {start.path}:{links[1].line}" if "/" in start.module and len(links) > 1 else ""


def _dead_end(users: Users, identity: DefinitionId) -> Iterable[ChainStep]:
    """Yield a definition and the way up from it to code that nobody refers to; nothing where nobody refers to it."""
    way = users.way_up(identity)
    if way:
        yield _step(users.graph, identity, 0, "is not reached")
    for number, (user, how, line) in enumerate(way, 1):
        last = number == len(way) and not users.of(user)
        yield _step(users.graph, user, line, f"here the one above {how}{'; nothing refers to this' if last else ''}")


def _unreached(analysis: Analysis, definition: Definition, users: Sequence[ChainStep]) -> str:
    note = analysis.reachability.possible.get(definition.id)
    if note:
        return f"no entry point reaches it, but {note}, so it is not claimed to be unused"
    if definition.module in analysis.graph.opaque:
        return "no entry point reaches it, but its file could not be parsed, so it is not claimed to be unused"
    shadowed = next((r for r in analysis.routes if r.handler == definition.id and r.shadowed_by), None)
    if shadowed is not None:
        return f"it is registered for {shadowed.key}, but {shadowed.shadowed_by} matches first, so it never serves"
    if not users:
        return "no entry point reaches it, and nothing refers to it"
    if len(users) == 1:
        return "no entry point reaches it: one refers to it, and is not reached either"
    return f"no entry point reaches it: {len(users)} refer to it, and none of them is reached either"


def _would_change(graph: ReferenceGraph, definition: Definition, users: Sequence[ChainStep]) -> str:
    if users:
        return f"it becomes live when {users[0].id} does"
    if definition.kind == "module":
        return f"it becomes live when something that is reached imports {definition.module}"
    if definition.kind in ("method", "property", "variable"):
        owner = graph.definitions.get(definition.parent or "")
        if owner is not None and owner.kind == "class":
            return f"it becomes live when code that is reached takes .{definition.name} of {owner.name}"
    return f"it becomes live when code that is reached names {definition.name}, or a keep entry lists it"


def _chain_steps(
    analysis: Analysis, links: Sequence[Link], entries: dict[DefinitionId, EntryPoint]
) -> Iterable[ChainStep]:
    for link in links:
        how = HOW.get(link.kind, link.kind)
        entry = entries.get(link.definition)
        if link.via is None and entry is not None:
            how = entry.detail
        elif link.via is None and link.definition.startswith("/"):
            how = "is read by something other than the code"
        elif link.via is not None and link.via.startswith("/") and link.kind == "string":
            how = "is named there"
        definition = analysis.graph.definitions[link.definition]
        user = analysis.graph.definitions.get(link.via) if link.via else None
        path, line = (user.path, link.line) if user is not None and link.line else (definition.path, definition.line)
        yield ChainStep(link.definition, path, line, how)


def _step(graph: ReferenceGraph, source: DefinitionId, line: int, how: str) -> ChainStep:
    user = graph.definitions.get(source)
    return ChainStep(source, user.path if user else "", line or (user.line if user else 0), how)
