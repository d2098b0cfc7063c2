"""The plan's outline: every finding exactly once, in the place a reviewer looks for it."""

from datetime import UTC, date, datetime

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.plan import Plan, PlanFinding
from auditor.model.verdict import HeldBack, Verdict
from auditor.model.window import Window
from auditor.report import html, markdown_plan, outline, plan_text
from tests.report import sample


def listed(shape: outline.PlanOutline) -> list[outline.Entry]:
    groups = [*shape.held_back, *shape.dormant, *shape.undecided, *shape.unplanned, *shape.in_use]
    entries = [
        *shape.contradictions,
        *(entry for batch in shape.batches for removal in batch.removals for entry in removal.entries),
        *(entry for group in groups for entry in group.entries),
    ]
    return [one for entry in entries for one in (entry, *entry.inside)]


def test_every_finding_of_the_sample_is_listed_once() -> None:
    found = listed(outline.of(sample.PLAN))
    assert sorted(e.finding.id for e in found) == sorted({f.id for f in sample.PLAN.findings})
    assert len({e.anchor for e in found}) == len(found)


IDS = [f"shop.m:{name}" for name in "abcdef"]
findings = st.builds(
    lambda name, path, line, verdict, held, batch, inside: sample.finding(
        name, path, (line, line + 3), verdict, held=held, batch=batch, inside=inside
    ),
    st.sampled_from(IDS),
    st.sampled_from(["shop/m.py", "shop/legacy/pricing.py", "x.py"]),
    st.integers(0, 5),
    st.sampled_from(list(Verdict)),
    st.sampled_from([(), (HeldBack("oversize", "x"),)]),
    st.sampled_from([None, 1, 2, 3, 99]),
    st.sampled_from([None, *IDS]),
)


@given(st.lists(findings, max_size=12))
def test_no_finding_is_lost_or_listed_twice(some: list[PlanFinding]) -> None:
    plan: Plan = msgspec.structs.replace(sample.PLAN, findings=tuple(some), contradictions=())
    found = listed(outline.of(plan))
    assert sorted(map(repr, {e.finding for e in found})) == sorted(map(repr, set(some)))
    assert len(found) == len(set(some))
    assert len({e.anchor for e in found}) == len(found)


def test_what_a_step_removes_without_a_finding_is_named() -> None:
    first = outline.of(sample.PLAN).batches[0].removals[0]
    assert (first.entries, first.also) == ((), ("shop.legacy:pricing",))


def test_dormant_findings_stand_under_their_entry_points() -> None:
    groups = {group.key: group.size for group in outline.of(sample.PLAN).dormant}
    assert groups == {"GET /gifts": 1, "GET /gifts, POST /coupons/{code}": 1, "POST /coupons/{code}": 3}


def test_minutes_possible_are_those_inside_the_window() -> None:
    window = Window(datetime(2026, 11, 7, 8, 15, tzinfo=UTC), datetime(2026, 11, 9, 0, 0, tzinfo=UTC))
    days = (date(2026, 11, 6), *window.dates(), date(2026, 11, 9))
    assert [outline.possible_minutes(day, window) for day in days] == [0, 945, 1440, 0]


def test_a_source_that_never_watched_is_listed_with_zeros() -> None:
    cron, edge, redis = outline.watched(sample.PLAN)
    assert (cron.name, cron.healthy, cron.minutes) == ("cron-host", False, 0)
    assert (edge.minutes, redis.minutes, redis.possible) == (16930, 20001, 20160)


def test_the_answer() -> None:
    assert outline.answer(sample.PLAN).kind == "yes"
    assert outline.answer(sample.REFUSED).kind == "refused"
    empty = msgspec.structs.replace(sample.PLAN, batches=(), findings=())
    assert outline.answer(empty).kind == "nothing"
    held = [
        sample.finding(name, "shop/m.py", (1, 2), Verdict.DEAD, held=(HeldBack("oversize", why),))
        for name, why in (("shop.m:a", "it is long"), ("shop.m:b", "it is long"), ("shop.m:c", "it is longer"))
    ]
    alike = msgspec.structs.replace(empty, findings=tuple(held[:2]))
    assert outline.answer(alike).detail == "2 findings are unused, but held back: it is long."
    mixed = msgspec.structs.replace(empty, findings=tuple(held))
    assert outline.answer(mixed).detail == "3 findings are unused, but held back, each for a reason below."


def test_why_no_endpoint_can_be_planned_is_said_once_in_every_format() -> None:
    why = "Its history is cut off."
    entries = tuple(msgspec.structs.replace(one, batches=(), why_not=why) for one in sample.PLAN.dormant)
    refused = msgspec.structs.replace(sample.PLAN, dormant=entries)
    for written in (plan_text.plan(refused), html.plan(refused), markdown_plan.plan(refused)):
        assert written.count(why) == 1
        assert "--include dormant" not in written
    one_free = msgspec.structs.replace(refused, dormant=(*entries[:-1], sample.PLAN.dormant[0]))
    assert plan_text.plan(one_free).count(why) == len(entries) - 1
