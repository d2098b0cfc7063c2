"""What a reviewer sees and does in a browser: search, filters, order, links, print; without script, on a phone."""

from pathlib import Path

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from auditor.report import assets, html
from tests.report import sample
from tests.report.browser.looking import Desk, shown

OWNERS = {"shop/text.py": ("@team-text",), "shop/handlers.py": ("@team-orders", "@team-text")}
OWNED = msgspec.structs.replace(
    sample.SCAN,
    findings=tuple(msgspec.structs.replace(f, owners=OWNERS.get(f.path, ())) for f in sample.SCAN.findings),
)
PATCH = "diff shop/legacy.py\n@@ -1,2 +1,1 @@\n-old = 1\n+new = 2\n kept\n"


@pytest.fixture(scope="module")
def pages(site: tuple[Path, str]) -> dict[str, str]:
    """Addresses of a plan and a scan: `plan`, `scan` as one file from disk, `plan.http` and so on from a server."""
    directory, address = site
    for name, external in (("one", False), ("apart", True)):
        place = directory / name
        place.mkdir()
        diffs = {batch.number: PATCH for batch in sample.PLAN.batches}
        plan = html.plan(sample.PLAN, sources=sample.SOURCES, diffs=diffs, external=external)
        (place / "plan.html").write_text(plan, "utf-8")
        (place / "scan.html").write_text(html.scan(OWNED, external=external), "utf-8")
        if external:
            assets.write_beside(place / "plan.html")
    return {
        "plan": (directory / "one" / "plan.html").as_uri(),
        "scan": (directory / "one" / "scan.html").as_uri(),
        "plan apart": (directory / "apart" / "plan.html").as_uri(),
        "plan of jenkins": f"{address}/jenkins/one/plan.html",
        "plan apart of jenkins": f"{address}/jenkins/apart/plan.html",
        "plan apart of a server": f"{address}/apart/plan.html",
    }


def met(page: Page) -> str:
    return page.locator("#tools output").inner_text()


def test_a_plan_answers_first_and_folds_the_diff(desk: Desk, pages: dict[str, str]) -> None:
    page = desk.open(pages["plan"])
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    diff = page.locator("#batch-1 details.diff")
    expect(diff.locator("pre")).not_to_be_visible()
    diff.locator("summary").click()
    expect(diff.locator("del")).to_have_text("-old = 1")
    expect(page.locator("#batch-1 .commands")).to_contain_text(sample.PLAN.batches[0].rollback)
    button = page.locator("#take-back .copy").first
    page.evaluate("navigator.clipboard.writeText = async text => { window.copied = text }")
    button.click()
    expect(button).to_have_text("Copied")
    assert page.evaluate("window.copied") == sample.PLAN.batches[-1].rollback
    assert (desk.noted, desk.requests) == ([], [pages["plan"]])


def test_search_and_filters_show_what_matches_and_the_address_says_so(desk: Desk, pages: dict[str, str]) -> None:
    page = desk.open(pages["scan"])
    everything = shown(page)
    assert len(everything) == len(sample.SCAN.findings) and met(page) == f"{len(everything)} findings"
    page.get_by_role("searchbox").fill("PRICING rounding")
    expect(page.locator("#tools output")).to_have_text(f"1 of {len(everything)} findings")
    assert shown(page) == ["Rounding"]
    assert page.locator("#rows h3:visible").all_inner_texts() == ["shop/legacy/pricing.py open file"]
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("#tools output")).to_have_text(f"{len(everything)} findings")
    page.locator("select[name=verdict]").select_option("AUD003")
    page.locator("select[name=kind]").select_option("function")
    expect(page.locator("#tools output")).to_have_text(f"1 of {len(everything)} findings")
    assert shown(page) == ["slugify_for_tests"]
    assert page.url.endswith("#verdict=AUD003&kind=function")
    page.reload()
    assert shown(page) == ["slugify_for_tests"]
    page.goto(pages["scan"] + "#owner=%40team-text")
    assert set(shown(page)) == {"slugify_for_tests", "handle_refund_v1"}
    page.goto(pages["scan"] + "#package=shop/legacy")
    assert set(shown(page)) == {"(whole module)", "old_discount", "Rounding"}
    assert desk.noted == []


def test_rows_are_put_in_another_order_and_back(desk: Desk, pages: dict[str, str]) -> None:
    page = desk.open(pages["scan"])
    by_file = shown(page)
    page.locator("select[name=sort]").select_option("lines")
    longest = max(sample.SCAN.findings, key=lambda one: one.end_line - one.line)
    expect(page.locator(".flat li").first).to_contain_text(longest.path.rpartition("/")[2])
    assert sorted(shown(page)) == sorted(by_file)
    page.get_by_role("searchbox").fill("slug")
    expect(page.locator("#tools output")).to_contain_text("1 of")
    assert shown(page) == ["slugify_for_tests"]
    page.goto(pages["scan"] + "#sort=")
    assert shown(page) == by_file
    assert desk.noted == []


def test_a_link_leads_to_a_finding_wherever_it_is_folded(desk: Desk, pages: dict[str, str]) -> None:
    page = desk.open(pages["plan"])
    folded = page.locator("article details li[id]").first
    anchor = folded.get_attribute("id")
    assert not folded.is_visible()
    page.goto(f"{pages['plan']}#{anchor}")
    expect(folded).to_be_in_viewport()
    page.goto("about:blank")
    page.goto(f"{pages['plan']}#{anchor}&q=nothing-is-called-so")
    expect(folded).to_be_in_viewport()
    assert met(page).startswith("0 of")
    page.goto(pages["scan"])
    row = page.locator("#rows li", has_text="slugify_for_tests")
    row.get_by_role("link").click()
    assert page.url == f"{pages['scan']}#{row.get_attribute('id')}"
    assert desk.noted == []


def test_a_plan_is_filtered_through_all_of_its_sections(desk: Desk, pages: dict[str, str]) -> None:
    page = desk.open(pages["plan"] + "#verdict=CONTRADICTED")
    contradicted = {one.id for one in sample.PLAN.contradictions}
    assert set(shown(page)) == set(shown(page, "#contradictions article"))
    assert len(shown(page)) == len(contradicted)
    assert not page.locator(".batch:visible").count()
    assert [one.get_attribute("id") for one in page.locator("#tools ~ section:visible").all()] == ["contradictions"]
    page.get_by_role("link", name="How this was made").click()
    expect(page.locator("#made")).to_be_in_viewport()
    assert page.locator("select[name=verdict]").input_value() == ""
    page.locator("select[name=verdict]").select_option("DEAD")
    expect(page.locator("#tools output")).to_contain_text(" of ")
    expect(page.locator(".batch:visible").first).to_be_visible()
    assert not page.locator("#contradictions article:visible").count()
    assert "verdict=DEAD" in page.url


def test_without_script_everything_can_be_read(desk: Desk, pages: dict[str, str]) -> None:
    page = desk.open(pages["plan"], java_script_enabled=False)
    expect(page.locator("#tools")).not_to_be_visible()
    assert page.locator("article[id]:visible").count() == page.locator("article[id]").count() > 3
    page.locator("#batch-1 details.diff summary").click()
    expect(page.locator("#batch-1 del")).to_be_visible()
    page.goto(pages["scan"])
    assert page.locator("#rows li:visible").count() == len(sample.SCAN.findings)


@pytest.mark.parametrize("name", ["plan of jenkins", "plan apart of jenkins"])
def test_under_the_policy_of_jenkins_it_is_read_and_apart_it_is_styled(
    desk: Desk, pages: dict[str, str], name: str
) -> None:
    page = desk.open(pages[name])
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.locator("article[id]:visible").count() == page.locator("article[id]").count() > 3
    styled = page.locator(".answer").evaluate("node => getComputedStyle(node).borderTopStyle") == "solid"
    assert styled == ("apart" in name)
    wanted = {pages[name], pages[name].replace("plan.html", "auditor-report.css")}
    assert set(desk.requests) - wanted <= {pages[name].replace("plan.html", "auditor-report.js")}


@pytest.mark.parametrize("name", ["plan apart", "plan apart of a server"])
def test_with_its_assets_apart_it_does_the_same(desk: Desk, pages: dict[str, str], name: str) -> None:
    page = desk.open(pages[name] + "#verdict=CONTRADICTED")
    assert page.locator(".answer").evaluate("node => getComputedStyle(node).borderTopStyle") == "solid"
    assert len(shown(page)) == len(sample.PLAN.contradictions)
    assert desk.noted == []


def test_dark_is_dark_and_print_unfolds_and_leaves_out_the_controls(desk: Desk, pages: dict[str, str]) -> None:
    page = desk.open(pages["plan"])
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    assert page.evaluate(ground) == "rgb(250, 249, 246)"
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(ground) == "rgb(23, 22, 20)"
    page.emulate_media(media="print")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    for unwanted in ("#tools", "nav.contents", ".copy"):
        expect(page.locator(unwanted).first).not_to_be_visible()
    assert page.locator("#batch-1 details.diff pre").evaluate("node => node.getBoundingClientRect().height") > 20


def test_a_phone_never_scrolls_sideways(desk: Desk, pages: dict[str, str]) -> None:
    for name in ("plan", "scan"):
        page = desk.open(pages[name], viewport={"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_keyboard_comes_to_the_answer_and_to_the_search(desk: Desk, pages: dict[str, str]) -> None:
    page = desk.open(pages["scan"])
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the answer")).to_be_in_viewport()
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name === 'q'"):
            break
    page.keyboard.type("slug")
    expect(page.locator("#tools output")).to_contain_text("1 of")
    assert shown(page) == ["slugify_for_tests"]


@pytest.mark.parametrize(
    ("name", "options"),
    [("plan", {}), ("plan", {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}}),
     ("scan", {}), ("scan", {"color_scheme": "dark"})],
)  # fmt: skip
def test_axe_finds_nothing(desk: Desk, pages: dict[str, str], name: str, options: dict[str, object]) -> None:
    page = desk.open(pages[name], **options)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found] == []
