"""In a real browser: what is counted, when it is counted, and that no refusal of the browser reaches the page."""

import json
import subprocess
from typing import Any

import pytest
from browser_tools import BROWSER
from playwright.sync_api import Page

from tests.tracking.browser.pages import (
    NOON,
    TODAY,
    TOMORROW,
    Open,
    counts,
    day_keys,
    exported,
    stored,
    track,
    wait_until,
)


def counting(open_shop: Open, before: str = "", at: str | None = NOON, **settings: Any) -> Page:
    """Return a page that counts."""
    return open_shop(at).open(before=before, enabled=True, **settings)


def written(page: Page) -> None:
    """Let the seconds pass after which counts are written."""
    page.clock.run_for(3000)


def test_counts_with_first_and_last_use(open_shop: Open) -> None:
    page = counting(open_shop)
    track(page, "Pam", 2)
    page.clock.run_for(60_000)
    track(page, "Pam")
    track(page, "Export")
    export = exported(page)
    assert export["evidence"] == "days"
    assert counts(export) == {TODAY: {"Pam": 3, "Export": 1}}
    pam = export["components"]["Pam"]
    assert (pam["count"], pam["first"][:16], pam["last"][:16]) == (3, f"{TODAY}T12:00", f"{TODAY}T12:01")
    (origin,) = export["origins"]
    assert origin["days"][TODAY]["Pam"] == pam
    assert export["tracking"] == {"on": True, "why": "", "stored": True, "refused": []}


def test_days_are_those_of_utc(open_shop: Open) -> None:
    shop = open_shop("2026-11-21T23:58:00Z", timezone_id="Australia/Sydney")
    page = shop.open(enabled=True)
    page.clock.pause_at("2026-11-21T23:59:59.800Z")
    track(page)
    page.clock.run_for(400)
    track(page, times=2)
    assert counts(exported(page)) == {TODAY: {"Pam": 1}, TOMORROW: {"Pam": 2}}


def test_counts_outlive_the_page_under_one_key_a_day(open_shop: Open) -> None:
    page = counting(open_shop)
    for _ in range(5):
        track(page)
        page.reload()
        wait_until(page, "window.ready")
        page.evaluate("tracking.configure({enabled: true})")
    assert counts(exported(page)) == {TODAY: {"Pam": 5}}
    assert len(day_keys(page)) == 1


def test_going_back_to_a_page_that_was_kept_loses_nothing(open_shop: Open) -> None:
    shop = open_shop()
    page = shop.open(enabled=True)
    page.evaluate("window.kept = true")
    track(page)
    shop.open("/?second", page=page, enabled=True)
    track(page)
    page.evaluate("setTimeout(() => history.back())")
    wait_until(page, "window.ready && location.search === ''")  # Chromium shows the page as it was left
    page.evaluate("tracking.configure({enabled: true})")
    track(page)
    (day,) = counts(exported(page)).values()
    assert (day, len(day_keys(page))) == ({"Pam": 3}, 1)


def test_many_renders_cost_one_write(open_shop: Open) -> None:
    page = counting(open_shop, before="""
        const write = Storage.prototype.setItem;
        window.writes = 0;
        Storage.prototype.setItem = function (...given) { window.writes++; return write.apply(this, given) };
    """)  # fmt: skip
    track(page, times=10_000)
    assert page.evaluate("window.writes") == 0
    written(page)
    assert page.evaluate("window.writes") == 1
    assert counts(exported(page)) == {TODAY: {"Pam": 10_000}}


def test_two_tabs_at_once_lose_nothing(open_shop: Open) -> None:
    shop = open_shop()
    tabs = [shop.open(enabled=True) for _ in range(2)]
    for tab in tabs:
        tab.evaluate("""() => {
            let rounds = 0;
            const again = () => {
                for (let i = 0; i < 50; i++) tracking.trackComponent("Pam");
                tracking.exportUsage();
                if (++rounds < 40) setTimeout(again); else window.done = true;
            };
            again();
        }""")
    for tab in tabs:
        wait_until(tab, "window.done")
    (day,) = (counts(exported(tab)) for tab in tabs[:1])
    assert list(day.values()) == [{"Pam": 4000}]
    assert len(day_keys(tabs[0])) == 2


def test_a_copy_of_a_tab_takes_another_name(open_shop: Open) -> None:
    shop = open_shop(NOON)
    one = shop.open(enabled=True)
    for _ in range(2):  # the second page takes over the first one's name
        track(one)
        written(one)
        one.reload()
        wait_until(one, "window.ready")
        one.evaluate("tracking.configure({enabled: true})")
    track(one)
    written(one)
    with shop.context.expect_page() as opening:
        one.evaluate("void window.open('/')")  # with an opener: sessionStorage is copied
    other = opening.value
    wait_until(other, "window.ready")
    other.evaluate("tracking.configure({enabled: true})")
    track(other)
    written(other)
    assert len(day_keys(one)) == 2
    assert counts(exported(one)) == {TODAY: {"Pam": 4}}


def test_tabs_that_have_the_same_name_part(open_shop: Open) -> None:
    shop = open_shop(NOON)
    tabs = [shop.open(before=f"sessionStorage['auditor:usage:tab'] = '{'b' * 32}'", enabled=True) for _ in range(2)]
    for tab in (*tabs, *tabs):
        track(tab)
        written(tab)
    assert len(day_keys(tabs[0])) == 2
    assert counts(exported(tabs[0])) == {TODAY: {"Pam": 4}}


@pytest.mark.parametrize(
    ("address", "build", "why"),
    [
        ("http://localhost:{port}/", "production", "on this machine"),
        ("http://127.0.0.1:{port}/", "production", "on this machine"),
        ("http://shop.test:{port}/", "development", "no production build"),
        ("http://shop.test:{port}/", "", "does not say"),
        ("http://shop.test:{port}/", "production", ""),
    ],
)
def test_counting_is_for_production_only(open_shop: Open, address: str, build: str, why: str) -> None:
    shop = open_shop(NOON)
    before = f"window.process = {{env: {{NODE_ENV: '{build}'}}}}" if build else ""
    page = shop.open(address.format(port=shop.site.port), before)
    track(page)
    written(page)
    export = exported(page)
    assert export["tracking"]["on"] == (not why)
    assert why in export["tracking"]["why"]
    assert export["evidence"] == ("none" if why else "days")
    assert bool(stored(page)) == (not why)


SWITCHES = {
    "tracking.configure({enabled: false})": "tracking.configure({enabled: true})",
    "window.AUDITOR_TRACKING = 'off'": "delete window.AUDITOR_TRACKING",
    "window.AUDITOR_TRACKING = false": "window.AUDITOR_TRACKING = 'on'",
    "localStorage.AUDITOR_TRACKING = 'off'": "localStorage.removeItem('AUDITOR_TRACKING')",
}


def test_one_switch_turns_it_off_at_once(open_shop: Open) -> None:
    page = counting(open_shop)
    for times, (off, on) in enumerate(SWITCHES.items(), start=1):
        track(page, "Before")
        written(page)
        before = {key: value for key, value in stored(page).items() if "usage" in key}
        track(page, "Waiting")
        page.evaluate(off)
        track(page, "After")
        written(page)
        track(page, "Later")
        export = exported(page)
        assert not export["tracking"]["on"], off
        assert counts(export) == {TODAY: {"Before": times}}, off
        assert {key: value for key, value in stored(page).items() if key in before} == before
        page.evaluate(on)
        page.clock.run_for(2000)
    track(page, "Before")
    assert counts(exported(page)) == {TODAY: {"Before": len(SWITCHES) + 1}}


def test_nothing_recorded_is_no_evidence(open_shop: Open) -> None:
    page = counting(open_shop)
    export = exported(page)
    assert export["evidence"] == "none"
    assert "no evidence, neither of use nor of its absence" in export["note"]
    assert (export["origins"], export["components"], export["undated"]) == ([], {}, {})
    assert stored(page) == {}


NO_STORAGE = "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, {get() { throw new DOMException('denied', 'SecurityError') }})"  # noqa: E501
NULL_STORAGE = (
    "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, {value: null})"
)
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }"


@pytest.mark.parametrize("before", [NO_STORAGE, NULL_STORAGE, FULL], ids=["denied", "null", "full"])
def test_without_storage_the_page_itself_counts(open_shop: Open, before: str) -> None:
    page = counting(open_shop, before)
    for _ in range(3):
        track(page, times=2)
        written(page)
    export = exported(page)
    assert counts(export) == {TODAY: {"Pam": 6}}
    assert export["tracking"]["stored"] is False
    assert export["browser"] is None


def test_really_full_storage_loses_nothing(open_shop: Open) -> None:
    page = counting(open_shop)
    track(page)
    written(page)
    page.evaluate("""() => {
        for (let size = 1 << 20; size >= 1; size >>= 1)
            try { for (let n = 0; ; n++) localStorage.setItem(`other-${size}-${n}`, "x".repeat(size)) } catch {}
    }""")
    track(page, "Another", 3)
    written(page)
    track(page, times=2)
    export = exported(page)
    assert counts(export) == {TODAY: {"Pam": 3, "Another": 3}}
    assert (len(export["origins"]), export["tracking"]["stored"]) == (2, False)


def seed(days: dict[str, int], size: int = 0) -> str:
    """Return a script that stores days as an earlier tab wrote them, with a name of so many characters."""
    name = "x" * min(size, 200) or "Old"
    lines = [
        f"localStorage.setItem('auditor:usage:{day}:{'c' * 32}', JSON.stringify("
        f"{{page: 'p', lost: 0, uses: {{'{name}': [{count}, Date.parse('{day}'), Date.parse('{day}')]}}}}));"
        for day, count in days.items()
    ]
    return "if (!localStorage.seeded) {" + "".join(lines) + "localStorage.seeded = 1 }"


def test_full_storage_drops_old_days_first_and_says_so(open_shop: Open) -> None:
    old = {"2026-11-18": 1, "2026-11-19": 2, "2026-11-20": 3}
    room = "const set = Storage.prototype.setItem; Storage.prototype.setItem = function (key, value) {" \
        " const others = Object.keys(this).filter(each => each.startsWith('auditor:usage:2') && each !== key);" \
        " if (this === localStorage && key.startsWith('auditor:usage:2') && others.length > 1)" \
        " throw new DOMException('full', 'QuotaExceededError'); return set.call(this, key, value) };"  # fmt: skip
    page = counting(open_shop, seed(old) + room)
    track(page)
    written(page)
    export = exported(page)
    assert counts(export) == {"2026-11-20": {"Old": 3}, TODAY: {"Pam": 1}}
    assert export["dropped"] == {"through": "2026-11-19", "why": "the browser's storage is full"}


def test_the_cap_drops_old_days_first_and_says_so(open_shop: Open) -> None:
    old = {f"2026-11-{day:02}": day for day in range(10, 21)}
    page = counting(open_shop, seed(old, 200), maxCharacters=1600)
    track(page)
    written(page)
    export = exported(page)
    days = sorted(counts(export))
    assert days[-1] == TODAY
    assert days[:-1] == [f"2026-11-{day:02}" for day in range(21 - (len(days) - 1), 21)]
    assert 2 <= len(days) < 8
    assert export["dropped"] == {"through": f"2026-11-{20 - (len(days) - 1)}", "why": "no room is left for them"}
    assert sum(len(key) + len(value) for key, value in stored(page).items() if "usage" in key) <= 1800


def test_today_is_never_dropped_and_what_has_no_room_is_lost(open_shop: Open) -> None:
    page = counting(open_shop, seed({TODAY: 5}, 200), maxCharacters=900)
    page.evaluate("for (let n = 0; n < 20; n++) tracking.trackComponent('Component' + n)")
    written(page)
    track(page, "Component19")
    track(page, "Small")
    written(page)
    export = exported(page)
    assert (counts(export)[TODAY]["x" * 200], export["dropped"]) == (5, None)
    assert sum(origin["lost"].get(TODAY, 0) for origin in export["origins"]) > 0
    kept = sum(counts(export)[TODAY].values()) + sum(origin["lost"].get(TODAY, 0) for origin in export["origins"])
    assert kept == 22 + 5


def test_names_are_bounded(open_shop: Open) -> None:
    page = counting(open_shop)
    page.evaluate("for (let n = 0; n < 5000; n++) tracking.trackComponent('Row' + n)")
    written(page)
    track(page, "Row7")
    export = exported(page)
    assert len(export["components"]) == 1000
    assert export["components"]["Row7"]["count"] == 2
    assert export["origins"][0]["lost"] == {TODAY: 4000}


def test_old_and_impossible_days_go(open_shop: Open) -> None:
    page = counting(open_shop, seed({"2026-08-01": 1, "2026-11-01": 2, "2035-01-01": 3}))
    track(page)
    written(page)
    export = exported(page)
    assert counts(export) == {"2026-11-01": {"Old": 2}, TODAY: {"Pam": 1}}
    assert export["dropped"] == {"through": "2026-08-01", "why": "too old"}


CORRUPT = ("", "{", "null", "3", "[]", '{"uses":null}', '{"uses":{"Pam":["x",1,2]}}', "\\ud800")


def test_corrupt_storage_is_said_and_replaced(open_shop: Open) -> None:
    page = counting(open_shop)
    for value in CORRUPT:
        page.evaluate("localStorage.clear()")
        track(page)
        written(page)
        (key,) = day_keys(page)
        page.evaluate("([key, value]) => localStorage.setItem(key, value)", [key, value])
        page.evaluate("localStorage['auditor:usage:dropped'] = '[3', localStorage['auditor:usage:browser'] = ''")
        track(page, times=2)
        written(page)
        export = exported(page)
        assert counts(export) == {TODAY: {"Pam": 2}}, value
        assert [sum(origin["lost"].values()) for origin in export["origins"] if origin["lost"]] == [1], value
        assert (export["dropped"], len(export["browser"])) == (None, 32)


def test_what_an_earlier_page_left_corrupt_is_said(open_shop: Open) -> None:
    page = counting(open_shop)
    track(page)
    written(page)
    (key,) = day_keys(page)
    page.evaluate("key => addEventListener('pagehide', () => localStorage.setItem(key, '{'))", key)
    page.reload()
    wait_until(page, "window.ready")
    page.evaluate("tracking.configure({enabled: true})")
    track(page)
    written(page)
    (origin,) = exported(page)["origins"]
    assert (origin["days"][TODAY]["Pam"]["count"], origin["lost"]) == (1, {TODAY: 1})


def test_what_is_no_name_is_lost_and_raises_nothing(open_shop: Open) -> None:
    page = counting(open_shop)
    names = ("undefined", "null", "3", "''", "{}", "'a\\nb'", "'x'.repeat(201)", "'\\ud800'", "Symbol()")
    for name in names:
        page.evaluate(f"tracking.trackComponent({name})")
    export = exported(page)
    assert (export["components"], export["evidence"]) == ({}, "none")
    assert export["origins"][0]["lost"] == {TODAY: len(names)}


def test_unusual_names_are_names(open_shop: Open) -> None:
    page = counting(open_shop)
    names = ("__proto__", "constructor", "Größe/Ünï 🛒", "x" * 200, "toString")
    for _ in range(2):
        for name in names:
            track(page, name)
        written(page)
    origins = json.loads(page.evaluate("JSON.stringify(tracking.exportUsage().origins)"))
    assert counts({"origins": origins}) == {TODAY: dict.fromkeys(names, 2)}


def test_impossible_settings_raise_nothing(open_shop: Open) -> None:
    page = counting(open_shop)
    for given in ("undefined", "null", "3"):
        page.evaluate(f"tracking.configure({given})")
    page.evaluate("tracking.configure({endpoint: 'javascript:x', interval: 'soon', keepDays: NaN, enabled: 'no'})")
    track(page)
    export = exported(page)
    assert counts(export) == {TODAY: {"Pam": 1}}
    assert sorted(export["tracking"]["refused"]) == ["enabled", "endpoint", "interval", "keepDays"]
    page.evaluate("tracking.configure({interval: 5, endpoint: undefined})")
    assert sorted(exported(page)["tracking"]["refused"]) == ["enabled", "keepDays"]


LEGACY = {
    "Pam": ('{"count": 12, "firstRender": "2025-10-08T01:02:03.000Z", "lastRender": "2025-10-22T00:00:00.000Z"}', 12),
    "Bare": ("7", 7),
    "Quoted": ('"8"', 8),
    "Snake": ('{"render_count": 3, "first_render": 1759885323000, "last_render": 1759885324}', 3),
    "Camel": ('{"renderCount": 4, "firstRenderedAt": null, "lastSeen": "never"}', 4),
    "usage_Inner": ('{"usageCount": 5}', 5),
}  # fmt: skip


def test_counts_of_older_trackers_are_exported_without_days(open_shop: Open) -> None:
    page = open_shop(NOON).open()
    for name, (value, _) in LEGACY.items():
        page.evaluate("([key, value]) => localStorage.setItem(key, value)", [f"component_usage_{name}", value])
    for name, value in {"Zero": "0", "Broken": "{", "None": "null", "Half": "1.5", "Text": "many", "": "3"}.items():
        page.evaluate("([key, value]) => localStorage.setItem(key, value)", [f"component_usage_{name}", value])
    export = exported(page)
    assert export["evidence"] == "undated"
    assert "some time only" in export["note"]
    assert {name: use["count"] for name, use in export["undated"].items()} == {k: v for k, (_, v) in LEGACY.items()}
    assert export["undated"]["Pam"]["first"] == "2025-10-08T01:02:03.000Z"
    assert export["undated"]["Pam"]["last"] == "2025-10-22T00:00:00.000Z"
    assert export["undated"]["Snake"]["first"] == "2025-10-08T01:02:03.000Z"
    assert export["undated"]["Snake"]["last"] == "2025-10-08T01:02:04.000Z"
    assert (export["undated"]["Camel"]["first"], export["undated"]["Bare"]["last"]) == (None, None)
    assert export["components"] == {}


def test_on_a_server_nothing_is_counted_and_nothing_raised() -> None:
    program = f"""
        import {{ configure, exportUsage, trackComponent }} from "{BROWSER.as_uri()}/lib/index.js";
        configure({{ enabled: true, endpoint: "https://audit.example/components" }});
        trackComponent("Pam");
        const {{ evidence, tracking }} = exportUsage();
        console.log(evidence, tracking.on, tracking.why);
    """
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "none false this is no page of a browser\n"
