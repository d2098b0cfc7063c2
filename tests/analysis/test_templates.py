import pytest

from auditor.analysis.discover import classify
from auditor.analysis.extract import extract
from auditor.analysis.templates import is_template
from auditor.config import AuditConfig
from auditor.model.code import SourceFile


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/templates/mail.txt", True), ("page.html", True), ("x.j2", True), ("notes.txt", False), ("a.py", False),
    ],
)  # fmt: skip
def test_templates_are_known_by_suffix_or_folder(path: str, expected: bool) -> None:
    assert is_template(path) is expected


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("<p>word {{ a.b|c }}</p>", {".a", ".b", ".c"}),
        ("{% if x.y %}word{% endif %}", {".if", ".x", ".y", ".endif"}),
        ("${ m.n }\n% for o in p:\nword", {".m", ".n", ".for", ".o", ".in", ".p"}),
        ("nothing", set()),
        ("{{ unclosed", set()),
        ("{{ multi\nline }}", {".multi", ".line"}),
    ],
)
def test_names_inside_tags_are_used(text: str, names: set[str]) -> None:
    (file,), _ = classify(["page.html"], AuditConfig())
    found = extract(text.encode(), file, frozenset())
    assert {one.target for one in found.references} == names
    assert found.parsed
    assert found.problems == ()


def test_bytes_that_are_no_text_do_not_stop_it() -> None:
    found = extract(b"\xff{{ a }}", SourceFile("p.html", "/p.html", False, False, ""), frozenset())
    assert [one.target for one in found.references] == [".a"]
