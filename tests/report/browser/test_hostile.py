"""Names from code, Redis, logs and git that want to be markup: in a browser, nothing of them runs or is fetched."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest
from playwright.sync_api import expect

from auditor.model.plan import Plan
from auditor.model.report import ScanResult
from auditor.report import html
from tests.report import sample
from tests.report.browser.looking import Desk

ATTACKS = (
    "<script>window.hacked=1;alert(1)</script>",
    '"><img src=x onerror=alert(2)><svg onload=alert(3)>',
    "</title></style></script></code></pre><script src=//evil.test/x.js></script>",
    "x onmouseover=alert(4) style=position:fixed;inset:0 autofocus onfocus=alert(5) ",
    "`</code><iframe src=https://evil.test>`<link rel=stylesheet href=//evil.test/a.css>",
    "{{ 7*7 }}{% raw %}<base href=//evil.test/><meta http-equiv=refresh content=0;url=//evil.test>",
    "javascript:alert(6)//\u202e\x1b]8;;http://evil.test\x07&lt;script&gt;",
)
_Made = TypeVar("_Made")
KEPT = {"kind", "reason", "status", "rule", "supports", "action", "risk", "verdict", "plan_id", "language", "state"}
"""Fields with a closed set of values, which nothing from outside can fill. Paths of steps are what batches go by."""


def spoiled(value: _Made, attack: Callable[[], str], field: str = "") -> _Made:
    """Return a value in which every text is an attack."""
    made: Any = value
    if isinstance(value, msgspec.Struct):
        changed = {
            name: spoiled(getattr(value, name), attack, name) for name in value.__struct_fields__ if name not in KEPT
        }
        if "owners" in changed:
            changed["owners"] = (attack(),)
        if {"paths", "steps"} <= changed.keys():
            changed["paths"] = tuple(sorted({step.path for step in changed["steps"]}))
        made = msgspec.structs.replace(value, **changed)
    elif isinstance(value, str):
        made = attack() if value else value
    elif isinstance(value, tuple):
        made = tuple(spoiled(one, attack, field) for one in value)
    return made


def attacks() -> Callable[[], str]:
    """Return what yields attacks in turn, each unlike the one before."""
    count = iter(range(10**9))

    def attack() -> str:
        number = next(count)
        return f"{ATTACKS[number % len(ATTACKS)]}{number}"

    return attack


def hostile_plan() -> tuple[Plan, dict[str, str], dict[int, str]]:
    plan = spoiled(sample.PLAN, attacks())
    every = (*plan.findings, *plan.contradictions)
    sources = {one.id: "\n".join(ATTACKS) for one in every}
    diffs = {batch.number: "diff " + "\n-".join(ATTACKS) for batch in plan.batches}
    return plan, sources, diffs


@pytest.mark.parametrize("name", ["plan", "scan"])
def test_nothing_runs_and_nothing_is_fetched(desk: Desk, tmp_path: Path, name: str) -> None:
    if name == "plan":
        plan, sources, diffs = hostile_plan()
        page_text = html.plan(plan, sources=sources, diffs=diffs)
    else:
        scan: ScanResult = spoiled(sample.SCAN, attacks())
        page_text = html.scan(scan)
    place = tmp_path / f"{name}.html"
    place.write_text(page_text, "utf-8")
    page = desk.open(place.as_uri())
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.get_by_role("searchbox").fill("alert(2)")
    expect(page.locator("#tools output")).to_contain_text(" of ")
    page.goto(
        place.as_uri() + "#q=<img src=x onerror=alert(9)>&kind=<script>&package=%3Cimg%20src=x%20onerror=alert(8)%3E"
    )
    page.emulate_media(media="print")
    assert page.evaluate("window.hacked") is None
    assert page.locator("script").count() == 1
    assert (
        page.locator("img, iframe, base, link, object, embed, [onerror], [onload], [onmouseover], [style]").count() == 0
    )
    assert page.evaluate("document.body.innerText.includes('<script>window.hacked=1;alert(1)</script>')")
    assert (desk.noted, desk.requests) == ([], [place.as_uri()])
