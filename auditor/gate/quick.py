"""A change that surely passes, judged from the files it touches.

In: the `Ground` of base, the facts of the changed files on both sides, who still mentions a name, the observations.
Out: the result that the whole judgement would give, or `Unsure`. A result is given only where it passes: nothing is
lost, or what is lost is no end and no text of head has its name any more. Never stops anything: that needs the whole
judgement.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from auditor.gate.face import Edited, uses_of
from auditor.gate.findings import Case
from auditor.gate.ground import Ground, modules_of, tops_of
from auditor.gate.hooks import HOOKS
from auditor.gate.judge import judge_deleted
from auditor.gate.registered import ANSWERING, Unsure
from auditor.gate.sides import Resolution, Side
from auditor.model.code import Definition, DefinitionId, dotted
from auditor.model.gate import GateResult
from auditor.model.graph import Analysis, Link, Reachability, ReferenceGraph
from auditor.model.usage import Observations

Mentioned = Callable[[Sequence[str], Sequence[str]], bool]
"""Whether any file of head has one of these words, or of these parts of words."""


def quick_result(
    commits: tuple[str, str],
    ground: Ground,
    edits: Sequence[Edited],
    modules: frozenset[str],
    mentioned: Mentioned,
    observed: Callable[[], Observations],
    nothing: Observations,
) -> GateResult:
    """Return the result of a change that passes.

    Args:
        commits: Base and head.
        ground: What is known of base.
        edits: The changed files.
        modules: The names of all modules of base.
        mentioned: Asked of names that went.
        observed: Asked only where something went.
        nothing: What is known where nobody asked.

    Raises:
        Unsure: The whole judgement has to tell.
    """
    if not ground.clear:
        raise Unsure("base has files that nobody can read")
    _imports_stay(ground, edits, modules)
    lost = {identity: one for edit in edits for identity, one in edit.lost.items()}
    _unused(ground, edits, lost)
    deleted = {key: one for key, one in lost.items() if one.kind != "import" and not one.in_tests}
    names = _names(ground, deleted)
    bound = [text for one in lost.values() if one.kind == "import" and not one.in_tests for text in _spelled(one)]
    _not_spelled(ground, edits, lost, names)
    if any(not name.isascii() or name.startswith("__") for name in names):
        raise Unsure("a name that went may be written in other ways")
    fields = sorted({one.name for one in deleted.values() if "." in one.qualified_name} & names)
    if (names or bound) and mentioned(
        [*sorted(names), *bound], [part for name in fields for part in (f"{name}__", f"__{name}")]
    ):
        raise Unsure(f"head still has a name that went, one of {', '.join(sorted(names)[:5])}")
    case = Case(*_sides(commits, ground, edits), observed() if deleted else nothing, allow_dormant=False)
    if case.fates.deleted.keys() != deleted.keys() or case.fates.moved:
        raise Unsure("something moved")
    for one in case.fates.deleted.values():
        judge_deleted(case, one)
    result = case.result()
    if not result.passed:
        raise Unsure("it does not pass")
    return result


def _imports_stay(ground: Ground, edits: Sequence[Edited], modules: frozenset[str]) -> None:
    """Refuse where nothing imports a module any more: what it registers goes as well; or nothing uses a framework."""
    left: Counter[str] = Counter()
    for edit in edits:
        if new := (tops_of(edit.new) & ground.enablers) - ground.tops.keys():
            raise Unsure(f"{min(new)} is imported for the first time")
        if edit.old is None:
            continue
        if not edit.new.in_tests:
            left.update(modules_of(edit.old, modules) - modules_of(edit.new, modules))
        left.update(f"{top}." for top in (tops_of(edit.old) - tops_of(edit.new)) & ground.enablers)
    for name, times in left.items():
        had = ground.tops.get(name[:-1], 0) if name.endswith(".") else ground.importers.get(name, 0)
        if had <= times:
            raise Unsure(f"nothing imports {name.removesuffix('.')} any more")


def _unused(ground: Ground, edits: Iterable[Edited], lost: Mapping[DefinitionId, Definition]) -> None:
    """Refuse what was called from outside, reached by a computed name, or is still named by a changed file."""
    for identity, one in lost.items():
        is_binding = one.kind == "import" or one.in_tests
        if identity in ground.ends or (is_binding and identity in ground.taken) or one.kind == "module":
            raise Unsure(f"{identity} went, and something may call it")
        if one.kind == "import" and "." not in one.qualified_name and one.name in ground.outside:
            raise Unsure(f"{identity} went, and a file that is no Python may name it")
        if not is_binding and (identity in ground.computed or f".{one.name}" in ground.computed):
            raise Unsure(f"{identity} went, and a computed name may be its name")
        if not is_binding and (one.name in ANSWERING or one.name in HOOKS) and "." in one.qualified_name:
            raise Unsure(f"{identity} went, and a view may have answered with it, or a framework called it")
        if one.kind == "variable" and "." in one.qualified_name and _may_be_listed(edits, one):
            raise Unsure(f"{identity} went, which may be a member of an enumeration")
        if "<locals>" in identity and identity.rpartition(".<locals>.")[0] in ground.handlers:
            raise Unsure(f"{identity} stood in a handler")
    gone = set(map(dotted, lost))
    for edit in edits:
        for name in uses_of(edit.new):
            if gone and any(part in gone for part in _prefixes(name)):
                raise Unsure(f"{edit.new.path} still takes {name}")


def _may_be_listed(edits: Iterable[Edited], variable: Definition) -> bool:
    """Return whether a variable of a class that stays may be a member of an enumeration."""
    owner = next((one for edit in edits for one in edit.new.definitions if one.id == variable.parent), None)
    bases = owner.bases if owner is not None and owner.kind == "class" else ()
    return bool(bases) and (variable.name.isupper() or any(one.endswith(("Enum", "Flag", "Choices")) for one in bases))


def _spelled(binding: Definition) -> Iterator[str]:
    """Yield how files that are no code name what a module only imports: `wsgi:application`."""
    module = binding.module.rpartition(".")[2]
    for between in (":", ".", ".py:"):
        yield f"{module}{between}{binding.name}"


def _not_spelled(
    ground: Ground, edits: Sequence[Edited], lost: Mapping[DefinitionId, Definition], names: AbstractSet[str]
) -> None:
    """Refuse names that head has, though no text may spell them: `getattr(x, "run_" + "it")`, an `__all__` of parts."""
    touched = {edit.new.module for edit in edits}
    for identity, one in lost.items():
        users = {
            *ground.takers.get(identity, ()),
            *(ground.takers.get(f".{one.name}", ()) if one.name in names else ()),
        }
        if others := users - touched:
            raise Unsure(f"{identity} went, and {min(others)} refers to it")
    for edit in edits:
        last = {one.target.replace("()", "").rpartition(".")[2] for one in edit.new.references}
        if still := names & (last | set(edit.new.exports or ())):
            raise Unsure(f"{edit.new.path} still has {min(still)}")


def _prefixes(name: str) -> Iterator[str]:
    name = name.replace("()", "")
    while name:
        yield name
        name = name.rpartition(".")[0]


def _names(ground: Ground, deleted: Mapping[DefinitionId, Definition]) -> set[str]:
    """Return the names of which no file of head may have one.

    What stands in a function cannot be named outside. A member of a class that goes whole is found by its own name
    only, and stands for nothing where other classes have one of that name.
    """
    classes = [one for one in deleted.values() if (owner := deleted.get(one.parent or "")) and owner.kind == "class"]
    going = Counter(one.name for one in classes)
    found: set[str] = set()
    for identity, one in deleted.items():
        owner = deleted.get(one.parent or "")
        if owner is not None and owner.kind == "class":
            common = ground.members.get(one.name, 0) > going[one.name]
            special = one.name.startswith("__") and one.name.endswith("__")
            if not (common or special or identity not in ground.production):
                found.add(one.name)
        elif owner is None and not (f"<locals>.{one.name}" in identity and one.kind in ("function", "class")):
            found.add(one.name)
    return found


def _sides(commits: tuple[str, str], ground: Ground, edits: Sequence[Edited]) -> tuple[Side, Side]:
    """Return both sides as far as the change touches them."""
    before = {one.id: one for edit in edits if edit.old is not None for one in reversed(edit.old.definitions)}
    after = {one.id: one for edit in edits for one in reversed(edit.new.definitions)}
    reached = {one: Link(one, None, "entry_point", 0) for one in before if one in ground.production}
    old = _analysis(before, reached), tuple(edit.old for edit in edits if edit.old is not None)
    new = _analysis(after, {}), tuple(edit.new for edit in edits)
    return Side(commits[0], *old, _NoNames()), Side(commits[1], *new, _NoNames())


def _analysis(definitions: Mapping[DefinitionId, Definition], reached: Mapping[DefinitionId, Link]) -> Analysis:
    graph = ReferenceGraph(definitions, {})
    return Analysis(graph, (), (), Reachability(reached, {}), len(definitions), 0)


class _NoNames:
    """Names of a tree of which only a few files are known: whoever asks cannot be answered."""

    def resolve(self, module: str, name: str) -> Resolution:
        """Refuse."""
        raise Unsure(f"where {name} leads in {module} takes the whole tree")

    def lineage(self, identity: DefinitionId) -> tuple[tuple[DefinitionId, ...], frozenset[str]]:
        """Refuse."""
        raise Unsure(f"what {identity} inherits takes the whole tree")

    def members(self, identity: DefinitionId) -> Mapping[str, DefinitionId]:
        """Refuse."""
        raise Unsure(f"what {identity} has takes the whole tree")

    def attributes(self, identity: DefinitionId) -> frozenset[str]:
        """Refuse."""
        raise Unsure(f"what {identity} has takes the whole tree")
