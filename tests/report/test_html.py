"""The pages: self-contained, escaped, navigable, legible in both colour schemes."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model.report import ScanFinding, ScanResult
from auditor.model.repository import RepositoryWeb
from auditor.model.verdict import Evidence, HeldBack, Verdict
from auditor.report import assets, colouring, html, rows
from tests.report import sample

TEMPLATES = Path(html.__file__).parent / "templates"
VOID = {"meta", "br", "link", "img", "hr", "input", "rect"}
PAGES = {
    "plan": html.plan(sample.PLAN, sources=sample.SOURCES),
    "refused": html.plan(sample.REFUSED),
    "scan": html.scan(sample.SCAN),
    "clean": html.scan(sample.CLEAN_SCAN),
}


class Page(HTMLParser):
    """A page's elements, checked for balance while it is read."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs)
        if tag == "p" and self.open[-1] == "p":
            self.open.pop()  # the end tags of a row, and of what it says, may be left out
        if tag == "li":
            self._end_row()
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag == "ol":
            self._end_row()
        assert self.open.pop() == tag

    def _end_row(self) -> None:
        if self.open[-2:] == ["li", "p"]:
            self.open.pop()
        if self.open[-1] == "li":
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.open):
            self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> str:
    return PAGES[request.param]


def test_it_loads_nothing_and_runs_nothing(page: str) -> None:
    read = Page(page)
    tags = {tag for tag, _ in read.elements}
    assert not tags & {"iframe", "object", "embed", "img", "link", "base", "video", "audio"}
    for _, attributes in read.elements:
        assert not {"src", "srcset", "style", "action", "data", "xlink:href"} & attributes.keys()
        assert not [name for name in attributes if name.startswith("on")]
        assert (attributes.get("href") or "#").startswith(("#", "https://github.com/acme/shop/"))
    assert len(read.all("script")) == len(read.all("style")) == 1
    assert "url(" not in assets.style() and "@import" not in assets.style()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function\(", assets.script())


def test_the_policy_allows_its_own_style_and_script_and_nothing_else(page: str) -> None:
    policy = next(a["content"] for a in Page(page).all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    digests = []
    for tag in ("style", "script"):
        (inline,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digests.append(base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode())
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digests[0]}'; script-src 'sha256-{digests[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )


def test_with_external_assets_nothing_is_inline(tmp_path: Path) -> None:
    for page in (html.plan(sample.PLAN, external=True), html.scan(sample.SCAN, external=True)):
        read = Page(page)
        assert not read.all("style") and "".join(re.findall(r"<script[^>]*>(.*?)</script>", page)) == ""
        assert [a["href"] for a in read.all("link")] == ["auditor-report.css"]
        assert [a["src"] for a in read.all("script")] == ["auditor-report.js"]
    css, js = assets.write_beside(tmp_path / "plan.html")
    assert (css.name, js.name) == ("auditor-report.css", "auditor-report.js")
    assert css.read_text("utf-8").rstrip("\n") in PAGES["plan"] and js.read_text("utf-8").rstrip("\n") in PAGES["plan"]


def test_anchors_are_unique_and_links_lead_somewhere(page: str) -> None:
    read = Page(page)
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {(a["href"] or "")[1:] for a in read.all("a") if (a["href"] or "").startswith("#")}
    labels = {a["aria-labelledby"] for _, a in read.elements if "aria-labelledby" in a}
    assert (targets | labels) <= set(ids)


def test_headings_tables_and_landmarks(page: str) -> None:
    read = Page(page)
    levels = [int(tag[1]) for tag, _ in read.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(read.all("table")) == len(read.all("caption"))
    assert all(a.get("scope") in ("row", "col") for a in read.all("th"))
    assert len(read.all("main")) == len(read.all("nav")) == 1
    assert read.all("html")[0]["lang"] == "en"
    assert read.all("a")[0]["href"] == "#main"


@pytest.mark.parametrize("name", ["plan", "scan"])
def test_hostile_names_are_shown_and_inert(name: str) -> None:
    page = PAGES[name]
    text = "".join(Page(page).text)
    assert sample.SCRIPT in text
    assert page.count("<script") == 1
    assert "\x1b" not in page and "\\x1b[31mred" in text
    assert "\u202e" not in page and "\\u202e" in text
    assert "](javascript:alert(1))" in text


def test_every_finding_has_an_anchor_and_is_listed_once() -> None:
    read = Page(PAGES["plan"])
    anchors = [a["id"] for _, a in read.elements if (a.get("id") or "").startswith("f-")]
    assert len(anchors) == len(set(sample.PLAN.findings) | set(sample.PLAN.contradictions))
    assert {f"batch-{n}" for n in (1, 2, 3)} <= {a.get("id") for _, a in read.elements}


def test_the_order_is_the_reviewers_order() -> None:
    ids = [a.get("id") for tag, a in Page(PAGES["plan"]).elements if tag == "section" and "class" not in a]
    assert ids == [
        "evidence", "contradictions", "impact", "batches", "timeline", "irreversible", "held-back", "dormant",
        "undecided", "in-use", "unattributed", "take-back", "made",
    ]  # fmt: skip


def test_a_refused_plan_says_so_first() -> None:
    text = " ".join("".join(Page(PAGES["refused"]).text).split())
    assert (
        text.index("Not yet: the evidence is not enough.") < text.index("What was watched 14 days")
        if ("What was watched 14 days" in text)
        else True
    )
    assert sample.REFUSED.refusal in text
    assert "No batches." in text
    assert "0 of 1 healthy" in text


def test_watched_minutes_stand_beside_the_chart() -> None:
    read = Page(PAGES["plan"])
    text = " ".join("".join(read.text).split())
    assert len([a for a in read.all("svg") if a["class"] == "picture calendar"]) == 3
    assert "20,001 of 20,160 minutes, 99.2 %" in text
    assert "0 of 20,160 minutes, 0 %" in text
    assert all(a["role"] == "img" for a in read.all("svg"))


def test_source_is_folded_under_its_finding_and_bounded() -> None:
    long = {"shop.services.orders:recalculate_totals": "x = 1\n" * 1000}
    text = "".join(Page(html.plan(sample.PLAN, sources=long)).text)
    assert text.count("x = 1") == colouring.MAX_LINES
    assert "700 more lines" in text


def many(count: int) -> ScanResult:
    """Return a scan as a large old code base gives it: long names, three a file, one in four with a say of its own."""
    names = ["recalculate_customer_totals", "ExportAdapter.legacy_row", "parse_header", "BULK_LIMIT", "_render_line"]
    plain = Evidence("static_reachability", "dead", "no entry point reaches it and nothing refers to it")
    found = []
    for n in range(count):
        module = f"billing.services.area{n // 60}.module_{n // 3}"
        told = plain if n % 4 else Evidence("static_reachability", "dead", "no entry point reaches it; it is referred "
                                            f"to by `{module}:{names[n % 5]}_{n}`, not reached either")  # fmt: skip
        found.append(
            ScanFinding(
                f"{module}:{names[n % 5]}{n}", "function", "python", module.replace(".", "/") + ".py", n % 3 * 40 + 1,
                n % 3 * 40 + 9, 9, "unreached", "AUD001", ("vulture",) if n % 2 else (), (told,),
            )
        )  # fmt: skip
    return msgspec.structs.replace(sample.CLEAN_SCAN, findings=tuple(found))


def test_ten_thousand_findings_stay_small_and_each_is_there() -> None:
    page = html.scan(many(10_000))
    assert len(page.encode()) < 1_500_000
    assert len(re.findall(r"<li id=f-\w+", page)) == 10_000
    assert "BULK_LIMIT9998" in page and page.count("nothing refers to it") == 1


def test_ten_thousand_findings_of_a_plan_stay_small() -> None:
    held = (HeldBack("insufficient_evidence", "not watched"),)
    evidence = (Evidence("not_watched", "alive", "nothing may be concluded"),)
    found = tuple(
        sample.finding(f"shop.m{n // 10}:f{n}", f"shop/m{n // 10}.py", (n, n), Verdict.UNDECIDED, held=held,
                       evidence=evidence)
        for n in range(10_000)
    )  # fmt: skip
    page = html.plan(msgspec.structs.replace(sample.REFUSED, findings=found))
    assert len(page.encode()) < 1_500_000


def test_a_row_says_what_is_not_said_of_all() -> None:
    told = [Evidence("static", "dead", "nothing refers to it"), Evidence("runtime_use", "alive", "called 3 times")]
    found = [
        (f"f-{n}", sample.finding(f"m:f{n}", "m.py", (n, n), Verdict.DEAD, evidence=tuple(told[: 1 + (n == 3)])))
        for n in (1, 2, 3)
    ]
    made = rows.listing(found)
    assert made.shared == rows.Shared((("dead", "nothing refers to it"),), ())
    assert [[one.detail for one in row.said] for row in made.files[0].rows] == [[], [], ["called 3 times"]]
    assert rows.listing(found[2:]).files[0].rows[0].said == tuple(told)


def test_a_row_whose_usual_is_missing_is_never_told_the_usual() -> None:
    """The first is of another place, which no sentence above the rows can tell."""
    there = Evidence("static", "dead", "nothing refers to it", "other.py", 3)
    here = Evidence("static", "dead", "nothing refers to it")
    found = [
        (f"f-{n}", sample.finding(f"m:f{n}", "m.py", (n, n), Verdict.DEAD, evidence=(here if n else there,)))
        for n in (0, 1, 2)
    ]
    made = rows.listing(found)
    assert made.shared == rows.Shared((), (("dead", "nothing refers to it"),))
    assert [row.said for row in made.files[0].rows] == [(there,), (), ()]
    assert rows.listing([*found[1:], ("f-9", sample.finding("m:g", "m.py", (9, 9), Verdict.DEAD))]).shared.common == ()


@settings(max_examples=25)
@given(st.text(), st.text())
def test_any_name_stays_text(name: str, detail: str) -> None:
    odd = sample.finding(f"shop:{name}", f"{name}.py", (1, 2), Verdict.CONTRADICTED,
                         evidence=(Evidence("x", "alive", detail),))  # fmt: skip
    page = html.plan(msgspec.structs.replace(sample.REFUSED, contradictions=(odd,)), sources={odd.id: detail})
    assert [tag for tag, _ in Page(page).elements].count("article") == 1
    assert len(Page(page).all("script")) == 1


def _schemes() -> list[dict[str, str]]:
    style = re.findall(r"<style>(.*?)</style>", PAGES["plan"], re.DOTALL)[0]
    light, dark = (dict(re.findall(r"--([\w-]+): (#\w{6});", block)) for block in re.findall(r":root \{(.*?)\}", style,
                                                                                          re.DOTALL)[:2])  # fmt: skip
    return [light, dark]


def _contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", _schemes(), ids=["light", "dark"])
def test_contrast_is_enough_in_both_schemes(scheme: dict[str, str]) -> None:
    grounds = ["paper", "surface", "sunken"]
    pairs = [(ink, ground) for ink in ("ink", "muted", "link") for ground in grounds]
    pairs += [(name, f"{name}-wash") for name in ("go", "stop", "wait", "calm", "violet")]
    pairs += [("ink", "ink-wash"), ("ink", "stop-wash"), ("ink", "wait-wash"), ("stop", "surface"), ("wait", "surface")]
    assert [(a, b) for a, b in pairs if _contrast(scheme[a], scheme[b]) < 4.5] == []
    assert [(a, b) for a in ("bar", "bar-part") for b in ("paper",) if _contrast(scheme[a], scheme[b]) < 2.5] == []


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_of_source_lines_and_pictures_can_be_read(scheme: int) -> None:
    sheets = [(TEMPLATES / name).read_text() for name in ("style.css", "pictures.css", "code.css")]
    blocks = [re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)[scheme] for sheet in sheets]
    colours = dict(re.findall(r"--([\w-]+): (#\w{6})", "".join(blocks)))
    inks = [name for name in colours if name.startswith("c-")]
    assert len(inks) == 7
    assert [ink for ink in inks if _contrast(colours[ink], colours["sunken"]) < 4.5] == []
    assert _contrast(colours["p-on-blue"], colours["p-blue"]) >= 4.5
    assert _contrast(colours["ink"], colours["p-orange-wash"]) >= 4.5
    assert _contrast(colours["ink"], colours["p-held"]) >= 4.5
    for name in ("p-blue", "p-vermillion", "p-green"):
        assert _contrast(colours[name], colours["surface"]) >= 3


def test_findings_lead_to_their_lines_on_the_host_and_a_forged_address_leads_nowhere() -> None:
    at = f"https://github.com/acme/shop/blob/{sample.PLAN.base_commit}/"
    links = {a["href"] for a in Page(PAGES["plan"]).all("a")}
    assert {f"{at}shop/exports.py#L18-L44", f"{at}shop/services/orders.py#L210-L229", f"{at}shop/reports.py"} <= links
    assert f"{at}shop/legacy/pricing.py" in {a["href"] for a in Page(PAGES["scan"]).all("a")} | links
    forged = msgspec.structs.replace(sample.PLAN, repository=RepositoryWeb("github", "javascript:alert(1)//a"))
    assert all((a["href"] or "").startswith("#") for a in Page(html.plan(forged)).all("a"))
