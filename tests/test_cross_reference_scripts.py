"""What Knip reports, crossed with the components that browsers rendered."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from auditor.config import KeepEntry
from auditor.cross_reference.scripts import ScriptFile, script_findings
from auditor.model.report import ScanFinding
from auditor.model.usage import Observations, RenderedComponents
from auditor.model.verdict import Evidence, Finding, Verdict
from auditor.model.window import Window

NOW = datetime(2026, 11, 21, tzinfo=UTC)
WINDOW = Window.last_days(14, NOW)
EVERY_DAY = frozenset(date(2026, 11, 7) + timedelta(days=n) for n in range(14))
RENDERED = RenderedComponents({"Checkout": 900, "Menu": 100}, {"Checkout": NOW}, {"Checkout": EVERY_DAY})


def observed(components: RenderedComponents = RENDERED, insufficient: str | None = None) -> Observations:
    return Observations(WINDOW, {}, frozenset(), (), (), WINDOW.minutes, (), insufficient, components=components)


def reported(path: str, name: str = "", rule: str = "") -> ScanFinding:
    kind = "export" if name else "file"
    return ScanFinding(
        f"{path}:{name}" if name else path, kind, "typescript", path, 3 if name else 1, 3 if name else 1, 1,
        "unreached", rule or ("AUD021" if name else "AUD020"), ("knip",),
        (Evidence("second_opinion", "dead", "Knip finds no use", path, 1),),
    )  # fmt: skip


def script(path: str, *names: str, **fields: object) -> ScriptFile:
    return msgspec.structs.replace(ScriptFile(path, 40, "d1", "d1", frozenset(names)), **fields)


def judged(
    *pairs: tuple[ScanFinding, ScriptFile], observations: Observations | None = None, **keys: object
) -> dict[str, Finding]:
    files = {file.path: file for _, file in pairs}
    found = script_findings([one for one, _ in pairs], files, observations or observed(), **keys)  # type: ignore[arg-type]  # keywords of the function under test
    return {one.definition.id: one for one in found}


def one(file: ScriptFile, observations: Observations | None = None, **keys: object) -> Finding:
    return judged((reported(file.path), file), observations=observations, **keys)[file.path]


def test_what_nobody_imports_and_no_browser_rendered_is_dead_with_both_said() -> None:
    found = one(script("src/Old.tsx", "Old"))
    assert found.verdict is Verdict.DEAD and found.plannable
    assert (found.definition.kind, found.definition.line, found.definition.end_line) == ("file", 1, 40)
    assert "no browser rendered `Old` in 14 days, 20,160 of 20,160 minutes watched" in found.evidence[-1].detail
    assert "2 components were rendered 1,000 times" in found.evidence[-1].detail


def test_what_a_browser_rendered_is_contradicted_whatever_knip_says() -> None:
    found = one(script("src/Checkout.tsx", "Checkout"))
    assert found.verdict is Verdict.CONTRADICTED and not found.plannable
    assert "rendered `Checkout` 900 times" in found.evidence[0].detail


def test_a_name_that_two_files_share_contradicts_neither_and_releases_neither() -> None:
    found = one(script("src/Checkout.tsx", "Checkout", shared=frozenset({"Checkout"})))
    assert found.verdict is Verdict.DEAD and [held.reason for held in found.held_back] == ["insufficient_evidence"]


@pytest.mark.parametrize(
    ("observations", "why"),
    [
        (observed(RenderedComponents()), "no component was counted in any browser"),
        (observed(msgspec.structs.replace(RENDERED, days={"Menu": EVERY_DAY - {date(2026, 11, 15)}})), "2026-11-15"),
        (observed(insufficient="a usage source is sick; edge: gone"), "a usage source is sick"),
    ],
)
def test_browsers_that_were_not_heard_of_prove_nothing(observations: Observations, why: str) -> None:
    found = one(script("src/Old.tsx", "Old"), observations)
    assert found.verdict is Verdict.UNDECIDED and why in found.held_back[0].detail


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"digest_at_start": "d0"}, "changed_in_window"),
        ({"digest_at_start": ""}, "younger_than_window"),
        ({"digest_at_start": None}, "changed_in_window"),
        ({"mentions": (("templates/base.html", 4),)}, "still_referenced"),
        ({"importers": (("src/App.tsx", 2),)}, "still_referenced"),
    ],
)
def test_reasons_to_hold_a_file_back(fields: dict[str, object], reason: str) -> None:
    found = one(script("src/Old.tsx", "Old", **fields))
    assert [held.reason for held in found.held_back] == [reason]


def test_the_keep_list_and_uncommitted_changes_hold_back_too() -> None:
    entry = KeepEntry("src/Old*", "campaign in spring", "team-web")
    assert "team-web" in one(script("src/Old.tsx"), keep=(entry,)).held_back[0].detail
    held = one(script("src/Old.tsx"), uncommitted=frozenset({"src/Old.tsx"})).held_back
    assert [one.reason for one in held] == ["uncommitted_changes"]


def test_what_a_file_that_stays_imports_stays_too_through_any_number_of_files() -> None:
    kept = script("src/A.tsx", mentions=(("index.html", 1),))
    b = script("src/B.tsx", importers=(("src/A.tsx", 1),))
    c = script("src/C.tsx", importers=(("src/B.tsx", 1),))
    free = script("src/D.tsx", importers=(("src/E.tsx", 1),))
    e = script("src/E.tsx")
    found = judged(*((reported(file.path), file) for file in (kept, b, c, free, e)))
    assert {path for path, one in found.items() if one.plannable} == {"src/D.tsx", "src/E.tsx"}


def test_exports_go_together_and_not_beside_one_that_was_rendered() -> None:
    file = script("src/lib.ts", "Checkout", "dead")
    both = judged((reported("src/lib.ts", "dead"), file), (reported("src/lib.ts", "Checkout"), file))
    assert both["src/lib.ts:Checkout"].verdict is Verdict.CONTRADICTED
    assert [held.reason for held in both["src/lib.ts:dead"].held_back] == ["uneditable"]
    alone = judged((reported("src/lib.ts", "dead"), file), (reported("src/lib.ts", "Old", "AUD022"), file))
    assert all(one.plannable for one in alone.values()) and len(alone) == 2


def test_members_dependencies_and_files_that_git_does_not_know_are_not_planned() -> None:
    assert judged((reported("src/lib.ts", "Colour.red", "AUD023"), script("src/lib.ts"))) == {}
    assert script_findings([reported("src/Gone.tsx")], {}, observed()) == ()
    whole = judged(
        (reported("src/Old.tsx"), script("src/Old.tsx")), (reported("src/Old.tsx", "x"), script("src/Old.tsx"))
    )
    assert list(whole) == ["src/Old.tsx"]
