"""Names of which some code asks what they give: whoever changes what such a name gives may change what others mean.

In: the facts of a file. Out: names without their modules, so that a name that is not among them is asked of nowhere,
however it is imported. Decides nothing.
"""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from auditor.model.code import ModuleFacts, Value

_WORD = re.compile(r"[^\W\d]\w*")
_CALLED = re.compile(r"(\w+)\(")


def asked_in(facts: ModuleFacts) -> frozenset[str]:
    """Return every name that a file calls and takes something of, hands on, or gives to a variable, a base or a type.

    A name that is only called, or only used, is not among them: what it gives goes nowhere that is followed. What a
    function gives back is `given_by`'s.
    """
    return frozenset(name for text in _texts(facts) for name in _WORD.findall(text)).union(*_followed(facts))


def given_by(facts: ModuleFacts) -> Iterator[tuple[str, list[str]]]:
    """Yield the functions of a file by name, with the names of what they give back."""
    for name, expression in facts.returns.items():
        yield name.rpartition(".")[2], _WORD.findall(expression)


def closed(asked: AbstractSet[str], given: Iterable[tuple[str, list[str]]]) -> frozenset[str]:
    """Return the names that are asked, with those of what functions give back that are asked."""
    by_name: dict[str, set[str]] = {}
    for name, back in given:
        by_name.setdefault(name, set()).update(back)
    found, queue = set(asked), [one for one in by_name if one in asked]
    for name in queue:  # which grows
        fresh = by_name[name] - found
        found |= fresh
        queue.extend(one for one in fresh if one in by_name)
    return frozenset(found)


def _followed(facts: ModuleFacts) -> Iterator[Iterable[str]]:
    """Yield the names that are called within what a file refers to."""
    for target in {one.target for one in facts.references if "(" in one.target}:
        yield _CALLED.findall(target)
    for _, target, _ in (*facts.assigned, *((source, name, 0) for source, name, _ in facts.examples)):
        yield _WORD.findall(target)


def _texts(facts: ModuleFacts) -> Iterator[str]:
    """Yield whatever names may be followed in as a whole."""
    yield from facts.types.values()
    for bases in facts.generics.values():
        yield from bases
    for call in facts.calls:
        yield call.callee
        yield from _mentioned((*call.args, *call.keywords.values()))
    yield from _mentioned(one.value for one in facts.assignments)
    for one in facts.definitions:
        yield from (*one.decorators, *one.bases, one.annotation, one.metaclass)
    for _, target, given, _ in (*facts.passed, *facts.passed_by_name):
        yield from (target, given)
    for row in (*facts.claims, *facts.handed):
        yield from row
    for parameters in facts.accepts.values():
        yield from (declared for _, declared in parameters)
    for bound in facts.imports:
        if bound.name != bound.target.rpartition(".")[2]:
            yield bound.target.rpartition(".")[2]
    yield from (one.receiver for one in facts.dynamic)


def _mentioned(values: Iterable[Value]) -> Iterator[str]:
    queue = [*values]
    for value in queue:  # which grows
        if value.kind in ("name", "call", "pattern"):
            yield value.text
        queue.extend((*value.values, *value.keywords.values()))
