"""Tags and filters of templates: who refers to them stands in the tree, so they are judged by that as helpers are.

In: a `Case`, one tag that went. Out: breaches and notes in it. Never reads a template: its facts say what it uses.
"""

from auditor.gate.findings import Case
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
    names = {case.base.definitions[definition].name, *given.split(", ")}
    for module in case.head.facts:
        for one in module.references if module.module.startswith("/") else ():
            if one.target[:1] == "." and one.target[1:] in names:
                place = f"{module.path}:{one.line} still uses it in a template"
                case.breach_at(definition, module.path, max(1, one.line), "dangling_reference", place)
    case.note(definition, f"{detail}, and no template of head uses it")
