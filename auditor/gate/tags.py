"""Tags and filters of templates: who refers to them stands in the tree, so they are judged by that as helpers are.

In: a `Case`, one tag that went. Out: breaches and notes in it. Never reads a template: its facts say what it uses.
"""

from collections.abc import Iterator

from auditor.gate.findings import Case
from auditor.gate.sides import Side
from auditor.model.code import DefinitionId

_DECORATORS = (
    "simple_tag", "inclusion_tag", "simple_block_tag", "assignment_tag", "template_filter", "template_global",
    "template_test", "app_template_filter", "app_template_global", "app_template_test", "register.filter",
    "register.tag", "Library.filter", "Library.tag",
)  # fmt: skip


def is_for_templates(detail: str) -> bool:
    """Return whether an entry's detail says that a decorator gives templates something to name."""
    decorator = detail.partition(" ")[0]
    return decorator.startswith("@") and decorator.endswith(_DECORATORS)


def judge_tag(case: Case, definition: DefinitionId, given: str, detail: str) -> None:
    """Judge a tag or filter that went, or is registered no more, by the templates of head that use its name.

    `given` are the names that its decorator gives, by commas.
    """
    before = {(case.fates.now(identity), name) for identity, name in _given(case.base)}
    anew = {name for identity, name in _given(case.head) if (identity, name) not in before}
    names = {case.base.definitions[definition].name, *given.split(", ")} - anew
    for module in case.head.facts:
        for one in module.references if module.module.startswith("/") else ():
            if one.target[:1] == "." and one.target[1:] in names:
                place = f"{module.path}:{one.line} still uses it in a template"
                case.breach_at(definition, module.path, max(1, one.line), "dangling_reference", place)
    case.note(definition, f"{detail}, and no template of head uses it")


def _given(side: Side) -> Iterator[tuple[DefinitionId, str]]:
    """Yield what decorators give templates, with the names that they give it; its own where they give none."""
    for module in side.facts:
        for call in () if module.in_tests else module.calls:
            if call.decorates is not None and is_for_templates(f"@{call.callee}"):
                values = [*call.args, *(value for key, value in call.keywords.items() if key == "name")]
                names = [value.text for value in values if value.kind == "text"]
                yield from ((call.decorates, name) for name in names or [side.definitions[call.decorates].name])
