"""A change that surely passes, judged from the files it touches.

In: the `Ground` of base, the facts of the changed files on both sides, who still mentions a name, the observations.
Out: the result that the whole judgement would give, or `Unsure`. A result is given where nothing is lost, or where no
text of head has the name of what is lost any more, and it is no end; or only one of a library's public face, which is
stopped. Everything else that is stopped needs the whole judgement.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from auditor.gate.edited import Edited
from auditor.gate.ends import stop_public
from auditor.gate.face import same_face, uses_of
from auditor.gate.fates import Fates
from auditor.gate.findings import Case, Doubt, Surviving
from auditor.gate.ground import Ground, modules_of, tops_of
from auditor.gate.hooks import HOOKS
from auditor.gate.judge import JUDGEMENTS, judge_deleted
from auditor.gate.moves import Moves, checked_moves
from auditor.gate.partial import sides_of
from auditor.gate.registered import ANSWERING, Unsure
from auditor.gate.sides import Side
from auditor.gate.tags import names_given
from auditor.gate.typed import Types
from auditor.model.code import Definition, DefinitionId, ModuleFacts, dotted
from auditor.model.gate import GateResult
from auditor.model.usage import Observations

_LOOKED_AFTER = frozenset({
    "judge_routes", "judge_registered", "judge_commands", "judge_timetables", "judge_unloaded", "judge_settings",
    "judge_emptied", "judge_stranded", "judge_dynamic", "judge_members", "judge_dangling", "judge_operations",
    "judge_enums", "judge_tables",
})  # fmt: skip
"""Judgements of which it is known here what could make them find something; a new one makes every answer unsure."""
_HARMLESS = frozenset({
    "property", "staticmethod", "classmethod", "abstractmethod", "cached_property", "wraps", "lru_cache", "cache",
    "contextmanager", "asynccontextmanager", "overload", "override", "dataclass", "final", "total_ordering",
    "setter", "getter", "deleter",
})  # fmt: skip
"""Last parts of decorators that keep nothing of what they decorate anywhere else."""
Surroundings = Callable[[Side, Side, Observations], tuple[Surviving, Doubt]]
"""Where in head a deletion is shown, and why what was observed says nothing of a definition of base."""
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
    surroundings: Surroundings,
) -> GateResult:
    """Return the result of a change of which its files tell all.

    Args:
        commits: Base and head.
        ground: What is known of base.
        edits: The changed files.
        modules: The names of all modules of base.
        mentioned: Asked of names that went.
        observed: Asked only where something went.
        nothing: What is known where nobody asked.
        surroundings: What a case is told besides; asked where something went.

    Raises:
        Unsure: The whole judgement has to tell.
    """
    if not ground.clear:
        raise Unsure("base has files that nobody can read")
    if strange := {one.__name__ for one in JUDGEMENTS} - _LOOKED_AFTER:
        raise Unsure(f"nobody has said what {min(strange)} looks at")
    sides = sides_of(commits, ground, edits)
    moves = checked_moves(Fates(*sides).moved, edits, ground)
    lost = {identity: one for edit in edits for identity, one in edit.lost.items()}
    deleted = {
        key: one for key, one in lost.items() if one.kind != "import" and not one.in_tests and key not in moves.moved
    }
    types, names_gone = Types(edits, moves, ground), {dotted(one.id) for one in deleted.values()}
    for edit in edits:
        same_face(edit, types, moves, names_gone, ground, modules)
    types.compare_moved()
    _imports_stay(ground, edits, modules)
    if any(names_given(one.before) - names_given(one.new) for one in edits):
        raise Unsure("a template may use what it was given by a name that went")
    _unused(ground, edits, lost)
    names = _names(ground, deleted)
    _not_spelled(ground, edits, lost, names)
    if any(not name.isascii() or name.startswith("__") for name in names):
        raise Unsure("a name that went may be written in other ways")
    _mentioned_nowhere(
        lost, moves, names, {one.name for one in deleted.values() if "." in one.qualified_name}, mentioned
    )
    if deleted and any(_looked_up(one.new) - _looked_up(one.before) for one in edits):
        raise Unsure("a name is computed that was not before")
    if not deleted:
        return _judged(Case(*sides, nothing, allow_dormant=False), deleted, ground)
    seen = observed()
    surviving, doubt = surroundings(*sides, seen)
    went = {edit.new.path for edit in edits if edit.went}
    case = Case(*sides, seen, allow_dormant=False, surviving=_in_files(surviving, went), doubt=doubt)
    return _judged(case, deleted, ground)


def _looked_up(facts: ModuleFacts) -> set[tuple[str, ...]]:
    return {(one.source, one.kind, one.receiver, one.pattern) for one in facts.dynamic}


def _judged(case: Case, deleted: Mapping[DefinitionId, Definition], ground: Ground) -> GateResult:
    """Return the result of a case in which nothing but what went can be found."""
    if case.fates.deleted.keys() != deleted.keys():
        raise Unsure("something moved")
    for identity in sorted(deleted.keys() & ground.public):
        stop_public(case, identity)
    for one in case.fates.deleted.values():
        judge_deleted(case, one)
    result = case.result()
    if any(one.why == "called" for one in result.breaches):
        raise Unsure("something was called, and what led to it takes the whole tree")
    return result


def _in_files(surviving: Surviving, went: AbstractSet[str]) -> Surviving:
    """Return where a deletion is shown, for files that head has: who referred to others takes the whole tree."""

    def shown(definition: Definition) -> tuple[str, int]:
        if definition.path in went:
            raise Unsure(f"{definition.path} went, and is shown elsewhere")
        return surviving(definition)

    return shown


def _mentioned_nowhere(
    lost: Mapping[DefinitionId, Definition],
    moves: Moves,
    names: AbstractSet[str],
    members: AbstractSet[str],
    mentioned: Mentioned,
) -> None:
    """Refuse where a text of head has a name that went, or the old place of what moved."""
    fields = sorted(members & names)
    bound = [
        text for identity, one in lost.items() if not one.in_tests
        and (one.kind == "import" or (identity in moves.moved and "." not in one.qualified_name))
        for text in _spelled(one)
    ]  # fmt: skip
    bound += [text for one in lost.values() if one.kind == "module" and not one.in_tests for text in _addressed(one)]
    parts = [part for name in fields for part in (f"{name}__", f"__{name}")]
    if (names or bound) and mentioned([*sorted(names), *bound], parts):
        raise Unsure(f"head still has a name that went, one of {', '.join(sorted((*names, *bound))[:5])}")


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
    went = {edit.new.module for edit in edits if edit.went}
    for name, times in left.items():
        had = ground.tops.get(name[:-1], 0) if name.endswith(".") else ground.importers.get(name, 0)
        if had <= times and name not in went:
            raise Unsure(f"nothing imports {name.removesuffix('.')} any more")


def _unused(ground: Ground, edits: Iterable[Edited], lost: Mapping[DefinitionId, Definition]) -> None:
    """Refuse what was called from outside, reached by a computed name, or is still named by a changed file."""
    rebound = {identity: one for edit in edits for identity, one in edit.rebound.items()}
    based = {one.id for edit in edits for one in edit.new.definitions if one.kind == "class" and one.bases}
    for identity, one in {**lost, **rebound}.items():
        if one.kind == "import" or one.in_tests:
            if identity in ground.ends or identity in ground.taken:
                raise Unsure(f"{identity} went, and something may call it")
        else:
            _called_by_nobody(identity, one, ground)
            if one.kind == "variable" and one.parent in based:
                raise Unsure(f"{identity} went, and a base of its class may have read it")
        if one.kind in ("import", "module") and "." not in one.qualified_name and one.name in ground.outside:
            raise Unsure(f"{identity} went, and a file that is no Python may name it")
        if "<locals>" in identity and identity.rpartition(".<locals>.")[0] in ground.handlers:
            raise Unsure(f"{identity} stood in a handler")
    gone = set(map(dotted, lost))
    for edit in edits:
        for name in uses_of(edit.new):
            if gone and any(part in gone for part in _prefixes(name)):
                raise Unsure(f"{edit.new.path} still takes {name}")


def _called_by_nobody(identity: DefinitionId, one: Definition, ground: Ground) -> None:
    """Refuse code that something outside may have called, or that was kept to be called later."""
    if identity in ground.ends and identity not in ground.public:
        raise Unsure(f"{identity} went, and something may call it")
    if identity in ground.registrations or identity in ground.holding:
        raise Unsure(f"{identity} went, and something was registered by it")
    if identity in ground.computed or identity in ground.guessed or f".{one.name}" in ground.computed:
        raise Unsure(f"{identity} went, and a computed name may be its name")
    if (one.name in ANSWERING or one.name in HOOKS) and "." in one.qualified_name:
        raise Unsure(f"{identity} went, and a view may have answered with it, or a framework called it")
    if not all(each.rpartition(".")[2] in _HARMLESS for each in one.decorators):
        raise Unsure(f"{identity} went, and a decorator may have kept it")


def _addressed(module: Definition) -> Iterator[str]:
    """Yield how texts name a module or its file: `jobs.nightly`, `jobs/nightly.py`."""
    package, _, last = module.id.removesuffix(":").rpartition(".")
    above = package.rpartition(".")[2]
    yield from (f"{last}.py", f"{last}:")
    yield from (f"{above}.{last}", f"{above}/{last}", f"import {last}") if above else (last,)


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
        if one.kind == "module":
            continue
        if owner is not None and owner.kind == "class":
            common = ground.members.get(one.name, 0) > going[one.name]
            special = one.name.startswith("__") and one.name.endswith("__")
            if not (common or special or identity not in ground.production):
                found.add(one.name)
        elif (owner is None or owner.kind == "module") and not (
            f"<locals>.{one.name}" in identity and one.kind in ("function", "class")
        ):
            found.add(one.name)
    return found
