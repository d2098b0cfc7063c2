"""Markdown: nothing hostile becomes markup, and the plan can be worked through."""

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from auditor.model.gate import Breach, GateResult, Override, Passed
from auditor.model.plan import Plan
from auditor.model.verdict import Evidence, HeldBack, Verdict
from auditor.report import gate_markdown, markdown, markdown_plan
from auditor.report.markdown_room import PULL_REQUEST, SUMMARY
from tests.report import sample

GITHUB = MarkdownIt("gfm-like", {"html": True, "linkify": False})
READER = MarkdownIt("commonmark", {"html": True}).enable("table")
DOCUMENTS = {
    "plan": markdown_plan.plan(sample.PLAN),
    "refused": markdown_plan.plan(sample.REFUSED),
    "scan": markdown.scan(sample.SCAN),
    "gate": gate_markdown.gate(sample.GATE),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_hostile_becomes_markup(name: str) -> None:
    read = READER.render(DOCUMENTS[name])
    assert not re.search(r"<script|<a |<img|href=|\x1b", read)
    assert set(re.findall(r"<(\w+)", read)) <= {
        "h1", "h2", "h3", "h4", "pre", "p", "ul", "li", "code", "strong", "table", "thead", "tbody", "tr", "th", "td",
        "br", "details", "summary",
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


def large_plan(count: int) -> Plan:
    """Return the sample with many definitions in use and many held back, hostile names among them."""
    held = (HeldBack("dynamic_access", "getattr(x, name) could name it"),)
    more = tuple(
        sample.finding(f"shop.m{n // 9}:f{n}{sample.HOSTILE[n % 5]}", f"shop/m{n // 9}.py", (n, n + 3),
                       Verdict.LIVE if n % 2 else Verdict.DEAD, held=() if n % 2 else held)
        for n in range(count)
    )  # fmt: skip
    return msgspec.structs.replace(sample.PLAN, findings=(*sample.PLAN.findings, *more))


@pytest.mark.parametrize(("count", "room"), [(600, PULL_REQUEST), (6_000, PULL_REQUEST), (6_000, SUMMARY)])
def test_a_large_plan_is_cut_to_fit_and_says_so(count: int, room: int) -> None:
    document = markdown_plan.plan(large_plan(count), room=room)
    assert len(document.encode()) <= room < (65_536 if room == PULL_REQUEST else 1_048_576)
    note = next(line for line in document.split("\n") if line.startswith("> "))
    assert "Seen in use" in note and "`plan.html`" in note
    read = GITHUB.render(document)
    assert read.count("<details>") == read.count("</details>") > 1
    assert re.findall(r"<h2>(.*?)</h2>", read) == re.findall(r"<h2>(.*?)</h2>", GITHUB.render(DOCUMENTS["plan"]))
    assert all(
        row.count("<td") == 3
        for row in re.findall(r"<tr>(.*?)</tr>", read.partition("Seen in use</h2>")[2].partition("<h2>")[0], re.DOTALL)
        if "<td" in row
    )
    for batch in sample.PLAN.batches:
        assert f"Batch {batch.number}: " in read and batch.rollback in document


def test_what_fits_is_not_cut() -> None:
    document = markdown_plan.plan(large_plan(100))
    assert "cut to fit" not in document.lower() and document.count("shop/m") >= 100


def test_details_hold_tables_that_github_reads() -> None:
    read = GITHUB.render(DOCUMENTS["plan"])
    folded = re.findall(r"<details><summary>(.*?)</summary>(.*?)</details>", read, re.DOTALL)
    assert folded[0][0].startswith("Watched minutes by day")
    assert "<table>" in folded[0][1] and "<td" in folded[0][1]
    assert not re.search(r"\\[*_\[\]`]|&amp;(?:lt|gt|#)|^\|", re.sub(r"<code>.*?</code>", "", read), re.MULTILINE)


def hostile_gate(name: str, detail: str) -> GateResult:
    """Return a blocked change in which every text is hostile."""
    breaches = (
        Breach(name, name, 1, "called", detail, was_path=detail, was_line=3),
        Breach(name, detail, 0, "reachable", name, override=detail),
    )
    override = Override(name, "trailer", detail, detail, None, name, problem=detail)
    return GateResult(
        name, detail, False, 1, 0, breaches, notes=(detail, name), undecidable=detail, root=name,
        overrides=(override,), unknowns=(detail, name), passes=(Passed(name, name, 1, detail),),
    )  # fmt: skip


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_no_text_changes_the_shape_of_the_gate_s_summary(name: str, detail: str) -> None:
    read = READER.render(gate_markdown.gate(hostile_gate(name, detail)))
    plain = READER.render(gate_markdown.gate(hostile_gate("m", "x")))
    shape = [tag for tag in re.findall(r"<(\w+)", read) if tag not in ("code", "br")]
    assert shape == [tag for tag in re.findall(r"<(\w+)", plain) if tag not in ("code", "br")]


@pytest.mark.parametrize(
    "text",
    [
        "@octocat",
        "see #123",
        "a/b#7",
        "GH-12",
        ":smile:",
        "https://x.example/a",
        "WWW.x.example",
        "x@y.example",
        "(@a)",
    ],
)
def test_what_a_forge_makes_links_of_stays_code(text: str) -> None:
    read = READER.render(gate_markdown.gate(hostile_gate(text, f"before {text}, after")))
    bare = re.sub(r"<code>.*?</code>", "", read)
    assert text not in bare and text in re.sub(r"</?code>", "", read)


def test_the_gate_s_summary_fits_into_a_step_and_says_what_it_leaves_out() -> None:
    long = "|" * 2_000
    breaches = tuple(Breach(f"m:f{n}{long}", f"{long}{n}", 1, "called", long) for n in range(400))
    notes = tuple(f"{long} {n}" for n in range(400))
    overrides = tuple(Override(f"s{n}", "allow", long, long, None, long) for n in range(400))
    text = gate_markdown.gate(GateResult("a", "b", False, 1, 0, breaches, notes, overrides=overrides, unknowns=notes))
    assert len(text.encode()) < 1024 * 1024
    assert text.count(" more; the JSON output lists all.") == 4
    assert "</details>" in text and "| `m:f0" not in text


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
