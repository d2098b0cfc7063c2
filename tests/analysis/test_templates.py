import pytest

from auditor.analysis.discover import classify
from auditor.analysis.extraction.extract import extract
from auditor.analysis.extraction.templates import is_template
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
        ("<p>word {{ a.b|c }}</p>", {".b", ".c"}),
        ("{% if x.y %}word{% endif %}", {".y"}),
        ("${ m.n }\n% for o in p.q():\nword", {".n", ".q"}),
        ("nothing", set()),
        ("{{ unclosed.x", set()),
        ("{{ multi.a\n.line }}", {".a", ".line"}),
        ("{# a.b #}{% comment %}{{ c.d }}{% endcomment %}{% raw %}{{ e.f }}{% endraw %}", set()),
        ("{% trans 'word' %}{% url 'name' a.pk %}{{ _('word') }}", {".pk", "._"}),
        ("{% badge order 'state' %}{% endbadge %}", {".badge", ".state", ".endbadge"}),
        ("{{ x|pick:'state'|default:'none' }}", {".pick", ".state", ".default"}),
        ("{{ rows|map(attribute='owner.name')|sort('age') }}", {".map", ".owner", ".name", ".sort", ".age"}),
        ("{{ row['state'] }}{{ money(x) }}", {".state", ".money"}),
        ("{% if x is fresh and y is not stale %}", {".fresh", ".not", ".stale"}),
        ("{% regroup rows by owner as r %}", {".owner"}),
        ("{{ .Values.image }}{{ if .Values.x }}", set()),
        ("{%- set x = y.z -%}", {".z"}),
    ],
)
def test_names_inside_tags_are_used(text: str, names: set[str]) -> None:
    (file,), _ = classify(["page.html"], AuditConfig())
    found = extract(text.encode(), file, frozenset())
    assert {one.target for one in found.references} == names
    assert found.parsed
    assert found.problems == ()


def test_bytes_that_are_no_text_do_not_stop_it() -> None:
    found = extract(b"\xff{{ b.a }}", SourceFile("p.html", "/p.html", False, False, ""), frozenset())
    assert [one.target for one in found.references] == [".a"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("<%! from shop.filters import money\nimport shop.dates %>", {"shop.filters.money", "shop.dates"}),
        ("<%\n    total = order.sum()\n%>", {".sum"}),
        ("<% if (a.b) { %>", {".if", ".a", ".b"}),
        ('<%namespace name="w" module="shop.widgets"/>', {"shop.widgets"}),
        ("<%", set()),
    ],
)
def test_blocks_of_python_are_read(text: str, names: set[str]) -> None:
    (file,), _ = classify(["page.mako"], AuditConfig())
    assert {one.target for one in extract(text.encode(), file, frozenset()).references} == names


def test_bare_names_are_used_where_an_object_is_rendered() -> None:
    (file,), _ = classify(["page.pt"], AuditConfig())
    text = '<p tal:content="view/title">${name}</p>'
    assert {one.target for one in extract(text.encode(), file, frozenset()).references} == {".view", ".title", ".name"}
