"""Facts as bytes: the same facts again, or ValueError."""

import random
from pathlib import Path

import msgspec
import pytest

from auditor.analysis.extraction import facts_bytes
from auditor.analysis.extraction.extract import extract
from auditor.frameworks import RULES
from auditor.model.code import CallFact, Definition, ModuleFacts, SourceFile, Value

PROJECTS = Path(__file__).parent.parent / "projects"
CALLS = frozenset(name for rule in RULES for name in rule.calls)


def facts_of(path: Path) -> ModuleFacts:
    name = path.relative_to(PROJECTS).as_posix()
    return extract(
        path.read_bytes(), SourceFile(name, name.removesuffix(".py").replace("/", "."), False, False, ""), CALLS
    )


@pytest.mark.parametrize("project", sorted(one.name for one in PROJECTS.iterdir() if one.is_dir()))
def test_facts_come_back(project: str) -> None:
    for path in sorted((PROJECTS / project).rglob("*.py")):
        facts = facts_of(path)
        again = facts_bytes.decode(facts_bytes.encode(facts))
        assert again == facts
        assert list(again.types) == list(facts.types)
        assert msgspec.to_builtins(again, order="sorted") == msgspec.to_builtins(facts, order="sorted")


def test_odd_texts_and_values_come_back() -> None:
    inner = Value(
        "call",
        "f",
        (Value("text", ""), Value("text", "a\0b")),
        keywords={"": Value("list", values=(Value("name", "n"),))},
    )
    outer = Value("dict", "", (inner, inner, Value("text", "")), ("", "\0"))
    call = CallFact("m:", "\0", 0, (outer, inner), {"k\0": outer}, None, None)
    facts = ModuleFacts(
        "p", "m", False, True, 2**40, calls=(call, call), types={"a": "", "": "\0"}, stores=frozenset({"", "\0"}),
        definitions=(Definition("m:", "module", "p", 1, 2**33, ("", "\0"), ("é\u2028",)),),
        requests={"f": (), "g": ("",)},
    )  # fmt: skip
    assert facts_bytes.decode(facts_bytes.encode(facts)) == facts


def test_what_is_no_encoding_is_refused_or_is_facts() -> None:
    content = facts_bytes.encode(facts_of(PROJECTS / "django_app" / "orders" / "models.py"))
    chance = random.Random(3)
    for _ in range(3000):
        place = chance.randrange(len(content))
        changed = content[:place] + bytes([chance.randrange(256)]) + content[place + 1 :]
        for one in (changed, content[:place], b"", b"\x90"):
            try:
                assert isinstance(facts_bytes.decode(one), ModuleFacts)
            except ValueError:
                continue
