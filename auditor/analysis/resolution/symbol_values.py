"""What variables, attributes, properties and functions give, seen from the object they are taken from.

In: a symbol table. Out: `Place`s, unknown where a subclass or an assignment from outside may give something else. What
is declared is trusted; what only the code of one class says holds as far as its subclasses say nothing else.
"""

import sys
from collections.abc import Callable, Mapping, Set
from typing import TYPE_CHECKING

from msgspec.structs import replace

from auditor.analysis.extraction.annotations import split
from auditor.analysis.resolution.symbol_answers import Answers, Question
from auditor.analysis.resolution.symbol_places import (
    UNKNOWN,
    Environment,
    Place,
    View,
    join,
    part_of,
)
from auditor.model.code import Definition, DefinitionId, dotted

if TYPE_CHECKING:
    from auditor.analysis.resolution.symbol_lookup import Lookups

_DESCRIPTORS = frozenset({"Mapped", "WriteOnlyMapped", "DynamicMapped", "ClassVar", "ForeignKey", "OneToOneField"})
"""Declared types that stand for a descriptor."""
_GENERIC = frozenset({"Generic()", "Protocol()"})
_DEPTH = 30


class Values:
    """Answers for one symbol table, each worked out once; what leads back to itself is unknown."""

    def __init__(self, table: "Lookups") -> None:
        self.table = table
        self._overriding: Answers[tuple[DefinitionId, str], tuple[Place | str, ...]] = Answers(table.progress, ())
        self._parameters: dict[DefinitionId, tuple[str, ...]] = {}
        self._held: Answers[Place, Place] = Answers(table.progress, UNKNOWN)
        self._attributes: Answers[tuple[Place, str], Place] = Answers(table.progress, UNKNOWN)
        self._returned: Answers[Place, Place] = Answers(table.progress, UNKNOWN)
        self._known_environments: Answers[tuple[DefinitionId, tuple[Place, ...]], dict[DefinitionId, Environment]] = (
            Answers(table.progress, {})
        )

    def of(self, place: Place, depth: int) -> Place:
        """Return what a variable, a property or an imported name holds, taken from its receiver."""
        found = self._held.known(place)
        return self._asked(self._held, place, self._of, place, depth=depth) if found is None else found

    def _asked(
        self,
        answers: Answers[Question, Place],
        question: Question,
        work: Callable[..., Place],
        *given: object,
        depth: int,
    ) -> Place:
        """Return an answer that is not known yet, unless it lies too deep."""
        if depth > _DEPTH:
            self.table.progress.stop()
            return UNKNOWN
        return answers.ask(question, work, *given, depth)

    def _of(self, place: Place, depth: int) -> Place:
        definition = self.table.by_id.get(place.name)
        if definition is None:
            return UNKNOWN
        if definition.kind == "property":
            return self.returned(place, depth)
        owner = definition.parent
        if definition.kind != "variable" or owner is None or not self.table.is_class(owner):
            return self.table.value(dotted(definition.id), depth)
        return self._of_class(definition, owner, place, depth)

    def _of_class(self, definition: Definition, owner: DefinitionId, place: Place, depth: int) -> Place:
        name = dotted(definition.id)
        if self.table.is_enum(owner) and name not in self.table.declared:
            return Place("definition", owner, instance=True)
        if name in self.table.declared:
            return self._given(self._evaluated(name, owner, place.receiver, depth), definition, depth)
        if definition.name in self.table.stores:
            return UNKNOWN
        found = self._given(self.table.value(name, depth), definition, depth)
        return self._with_overriding(found, place.receiver, definition.name, depth)

    def _evaluated(self, name: str, owner: DefinitionId, receiver: Place | None, depth: int) -> Place:
        """Return the declared type of an attribute, type variables replaced by what the receiver gives for them."""
        expression = self.table.types.get(name, "")
        if "<" not in expression or receiver is None:
            return self.table.value(name, depth)
        found = self.table.evaluate(expression, depth + 1, View(receiver, self.environment(receiver, owner, depth)))
        return UNKNOWN if found.rest else self.table.settled(found.place, depth)

    def attribute(self, place: Place, owner: DefinitionId, name: str, depth: int) -> Place:
        """Return what an attribute holds that only methods set."""
        key = f"{dotted(owner)}.{name}"
        found = self._attributes.known((place, key))
        if found is None:
            return self._asked(self._attributes, (place, key), self._attribute, place, owner, key, depth=depth)
        return found

    def _attribute(self, place: Place, owner: DefinitionId, key: str, depth: int) -> Place:
        name = key.rpartition(".")[2]
        if key in self.table.declared:
            return self._evaluated(key, owner, place, depth)
        if name in self.table.stores:
            return UNKNOWN
        return self._with_overriding(self.table.value(key, depth), place, name, depth)

    def _with_overriding(self, found: Place, receiver: Place | None, name: str, depth: int) -> Place:
        """Return a value, or what subclasses of the receiver's class have in its place."""
        if found == UNKNOWN or receiver is None or receiver.kind != "definition":
            return found
        overriding = self.overriding(receiver.name, name)
        if not overriding:
            return found
        others = [self._other(one, depth) for one in overriding]
        return UNKNOWN if UNKNOWN in others else join([found, *others])

    def _other(self, one: Place | str, depth: int) -> Place:
        if isinstance(one, str):
            return UNKNOWN if one.rpartition(".")[2] in self.table.stores else self.table.value(one, depth + 1)
        definition = self.table.by_id[one.name]
        if definition.kind in ("function", "method"):
            return UNKNOWN
        if definition.kind == "class":
            return one
        return self.of(replace(one, receiver=None), depth + 1)

    def overriding(self, owner: DefinitionId, name: str) -> tuple[Place | str, ...]:
        """Return what subclasses have under a name that is not what the class itself has: definitions, attributes."""
        found = self._overriding.known((owner, name))
        return self._overriding.ask((owner, name), self._in_subclasses, owner, name) if found is None else found

    def _in_subclasses(self, owner: DefinitionId, name: str) -> tuple[Place | str, ...]:
        order = self.table.order(owner)[0]
        owners = self.table.owners(name)
        if owners <= set(order):
            return ()
        own = self._first(order, name, owners)
        every = (self._first(self.table.order(subclass)[0], name, owners) for subclass in self.table.subclasses(owner))
        return tuple(dict.fromkeys(one for one in every if one is not None and one != own))

    def _first(self, order: tuple[DefinitionId, ...], name: str, owners: Set[DefinitionId]) -> Place | str | None:
        for one in order:
            if one in owners:
                identity = self.table.members(one).get(name)
                return f"{dotted(one)}.{name}" if identity is None else Place("definition", identity)
        return None

    # Calls

    def constructed(self, place: Place, depth: int) -> Place:
        """Return an object, unless the class decides by `__new__` or a metaclass what calling it gives."""
        made = replace(place, instance=True)
        for one in self.table.order(place.name)[0]:
            found = self.table.by_id[one]
            new = self.table.members(one).get("__new__")
            if new is not None:
                return self.returned(Place("definition", new, receiver=made), depth)
            if found.metaclass and not self._makes_plainly(found):
                return UNKNOWN
        return made

    def _makes_plainly(self, cls: Definition) -> bool:
        if "ABCMeta" in cls.metaclass or cls.metaclass.endswith(("EnumMeta", "EnumType")):
            return True
        meta = self.table.definition(self.table.near(cls.module, cls.metaclass))
        return meta is not None and self.table.is_class(meta) and not self.table.has(meta, "__call__") and (
            self.table.external_bases(meta) == ("builtins.type",))  # fmt: skip

    def returned(self, place: Place, depth: int) -> Place:
        """Return what calling a function, or taking a property, gives."""
        found = self._returned.known(place)
        return self._asked(self._returned, place, self._result_of, place, depth=depth) if found is None else found

    def _result_of(self, place: Place, depth: int) -> Place:
        definition = self.table.by_id[place.name]
        name = dotted(definition.id)
        expression = self.table.returns.get(name)
        if not expression:
            return UNKNOWN
        found = self._result(expression, definition, place.receiver, depth)
        if name not in self.table.inferred or place.receiver is None or found == UNKNOWN:
            return found
        return join([found, *self._overridden_results(place, place.receiver, depth)])

    def _result(self, expression: str, definition: Definition, receiver: Place | None, depth: int) -> Place:
        owner = definition.parent or ""
        environment = self.environment(receiver, owner, depth) if receiver is not None and receiver.args else {}
        if receiver is not None and not environment and receiver.kind == "definition" and receiver.name != owner:
            environment = self.environment(receiver, owner, depth)
        found = self.table.evaluate(expression, depth + 1, View(receiver, environment))
        return UNKNOWN if found.rest else self.table.settled(found.place, depth)

    def _overridden_results(self, place: Place, receiver: Place, depth: int) -> list[Place]:
        results: list[Place] = []
        if receiver.kind != "definition" or not self.table.is_class(receiver.name):
            return results
        for one in self.overriding(receiver.name, self.table.by_id[place.name].name):
            expression = "" if isinstance(one, str) else self.table.returns.get(dotted(one.name), "")
            if not expression or isinstance(one, str):
                return [UNKNOWN]
            results.append(self._result(expression, self.table.by_id[one.name], receiver, depth + 1))
        return results

    def _given(self, value: Place, definition: Definition, depth: int) -> Place:
        """Return what taking a class variable from an object gives: a descriptor gives something else than itself.

        `plan = models.ForeignKey(Plan)` gives a `Plan`. What is declared with a plain type gives that.
        """
        if value.kind == "union":
            return join([self._through(one, definition, depth) for one in value.args])
        return self._through(value, definition, depth)

    def _through(self, value: Place, definition: Definition, depth: int) -> Place:
        if value.kind == "definition":
            for one in self.table.order(value.name)[0] if value.instance else ():
                get = self.table.members(one).get("__get__")
                if get is not None:
                    return self.returned(Place("definition", get, receiver=value), depth + 1)
            return value
        if value.kind != "external" or not value.name.endswith("()"):
            return value
        if definition.annotation and definition.annotation.rpartition(".")[2] not in _DESCRIPTORS:
            return value
        outside = value.name.partition(".")[0] not in sys.stdlib_module_names and not value.name.startswith("builtins.")
        return UNKNOWN if outside or value.name.startswith("functools.") else value

    # Type arguments

    def environment(self, receiver: Place, owner: DefinitionId, depth: int = 0) -> Environment:
        """Return what the type variables of a class stand for in an object of it or of a subclass."""
        if receiver.kind != "definition" or depth > _DEPTH or not self.table.generics:
            return {}
        return self._environments(receiver, depth).get(owner, {})

    def _environments(self, receiver: Place, depth: int) -> Mapping[DefinitionId, Environment]:
        """Return what type variables stand for in each class above an object's; remembered, for many members ask."""
        question = (receiver.name, receiver.args)
        found = self._known_environments.known(question)
        return self._known_environments.ask(question, self._above, receiver, depth) if found is None else found

    def _above(self, receiver: Place, depth: int) -> dict[DefinitionId, Environment]:
        found: dict[DefinitionId, Environment] = {}
        waiting = [(receiver.name, receiver.args)]
        while waiting:
            identity, args = waiting.pop()
            if identity in found:
                continue
            own = dict(zip(self.parameters(identity), args, strict=False))
            found[identity] = own
            for base in self._bases(identity, own, depth):
                if base.kind == "definition":
                    waiting.append((base.name, base.args))
            for one in self.table.order(identity)[0][1:]:
                waiting.insert(0, (one, ()))
        return found

    def _bases(self, identity: DefinitionId, own: Environment, depth: int) -> list[Place]:
        return [
            self.table.evaluate(base, depth + 1, View(None, own)).place
            for base in self.table.generics.get(dotted(identity), ())
        ]

    def parameters(self, identity: DefinitionId) -> tuple[str, ...]:
        """Return the type variables of a class, in the order in which arguments are given for them."""
        known = self._parameters.get(identity)
        if known is None:
            every: dict[str, None] = {}
            listed: dict[str, None] = {}
            for base in self.table.generics.get(dotted(identity), ()):
                args = next((part.args for one in reversed(split(base, ".")) if (part := part_of(one)).args), ())
                variables = dict.fromkeys(name for one in args if (name := self._variable(one)))
                every |= variables
                if self.table.evaluate(base).place.name.endswith(tuple(_GENERIC)):
                    listed |= variables
            known = self._parameters[identity] = tuple(listed or every)
        return known

    def _variable(self, expression: str) -> str:
        """Return the canonical name of the type variable that an argument is, `""` for anything else."""
        if not expression.endswith(".<is>") or "[" in expression:
            return ""
        name = self.table.canonical(expression.removesuffix(".<is>"))
        return name if self.table.types.get(name, "").startswith(_TYPE_VARIABLE) else ""

    def containers(self, place: Place, depth: int) -> list[Place]:
        """Return the external generic bases of an object's class, with their arguments."""
        found: list[Place] = []
        for identity, own in self._environments(place, depth).items():
            found += [base for base in self._bases(identity, own, depth) if base.kind == "external"]
        return [one for one in found if not one.name.endswith(tuple(_GENERIC))] or [UNKNOWN]


_TYPE_VARIABLE = ("typing.TypeVar", "typing_extensions.TypeVar")
