"""Markdown: nothing hostile becomes markup, and the plan can be worked through."""

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from auditor.model.verdict import Evidence, Verdict
from auditor.report import markdown, markdown_plan
from tests.report import sample

READER = MarkdownIt("commonmark", {"html": True}).enable("table")
DOCUMENTS = {
    "plan": markdown_plan.plan(sample.PLAN),
    "refused": markdown_plan.plan(sample.REFUSED),
    "scan": markdown.scan(sample.SCAN),
    "gate": markdown.gate(sample.GATE),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_hostile_becomes_markup(name: str) -> None:
    read = READER.render(DOCUMENTS[name])
    assert not re.search(r"<script|<a |<img|href=|\x1b", read)
    assert set(re.findall(r"<(\w+)", read)) <= {
        "h1", "h2", "h3", "h4", "pre", "p", "ul", "li", "code", "strong", "table", "thead", "tbody", "tr", "th", "td",
    }  # fmt: skip


def test_hostile_names_are_shown_as_they_are() -> None:
    read = READER.render(DOCUMENTS["plan"])
    assert "<code>shop.x:a|b`c`*d*_e_</code>" in read
    assert "shop.&lt;script&gt;alert(1)&lt;/script&gt;:" in read
    assert "](javascript:alert(1))" in read


def test_a_pipe_does_not_end_a_cell() -> None:
    read = READER.render(DOCUMENTS["plan"])
    rows = [row for row in re.findall(r"<tr>(.*?)</tr>", read, re.DOTALL) if "|`](javascript" in row]
    assert [row.count("<td") for row in rows] == [5, 2]


@given(st.text(min_size=1))
def test_any_name_is_text(name: str) -> None:
    odd = sample.finding(f"shop:{name}", name, (1, 2), Verdict.CONTRADICTED, evidence=(Evidence("x", "alive", name),))
    read = READER.render(markdown_plan.plan(msgspec.structs.replace(sample.REFUSED, contradictions=(odd,))))
    plain = READER.render(
        markdown_plan.plan(msgspec.structs.replace(sample.REFUSED, contradictions=(sample.UNDECIDED[0],)))
    )
    assert set(re.findall(r"<(\w+)", read)) <= set(re.findall(r"<(\w+)", plain)) | {"code"}
    assert read.count("<h") == plain.count("<h")


def test_every_step_is_a_checkbox_and_every_batch_can_be_taken_back() -> None:
    plan = DOCUMENTS["plan"]
    for batch in sample.PLAN.batches:
        section = plan.split(f"### Batch {batch.number}:")[1].split("\n### ")[0].split("\n## ")[0]
        assert section.count("- [ ] Delete") + section.count("- [ ] Edit") == len(batch.steps)
        assert f"`{batch.rollback}`" in section
        assert batch.tags.before in section and batch.tags.verified in section
        assert all(f"- [ ] Verified by `{command}`" in section for command in batch.verify)


def test_contradictions_come_before_batches_and_held_back_after() -> None:
    plan = DOCUMENTS["plan"]
    headings = re.findall(r"^## (.+)$", plan, re.MULTILINE)
    assert headings == [
        "So far", "Evidence", "Contradictions", "Impact by area", "Batches", "Timeline", "Irreversible, last",
        "Held back", "Dormant, by endpoint", "Undecided", "Seen in use", "Usage that leads to no definition",
        "How to take it back", "How this was made",
    ]  # fmt: skip


def test_every_reason_says_what_releases_it() -> None:
    held = DOCUMENTS["plan"].split("## Held back")[1].split("\n## ")[0]
    assert held.count("Released ") == held.count("\n### ") == 5


def test_a_refused_plan_has_no_batches_and_says_why() -> None:
    refused = DOCUMENTS["refused"]
    assert "Not yet: the evidence is not enough." in refused
    assert "None. Only 9.5 % of the window's minutes were watched" in refused
    assert "- [ ]" not in refused


def test_a_long_scan_is_cut_and_says_so() -> None:
    finding = sample.SCAN.findings[0]
    many = tuple(msgspec.structs.replace(finding, id=f"shop:f{n}") for n in range(markdown.MAX_ROWS + 7))
    rendered = markdown.scan(msgspec.structs.replace(sample.CLEAN_SCAN, findings=many))
    assert "… and 7 more" in rendered
    assert len(rendered.encode()) < 1 << 20
