"""Endpoints that nobody called: what falls with each, and what is planned when some are asked for."""

import pytest

from auditor.errors import ConfigError
from auditor.model.plan import DormantEntry, Plan
from auditor.report import endpoints
from tests.plan.programs import Program

NAMES = ["api:used", "api:x", "api:y", "lib:both", "lib:deeper", "lib:only_x", "lib:only_y", "lib:everyone"]
USES = [
    ("api:x", "lib:both"), ("api:y", "lib:both"), ("lib:both", "lib:deeper"), ("api:x", "lib:only_x"),
    ("api:y", "lib:only_y"), ("api:used", "lib:everyone"), ("api:x", "lib:everyone"),
]  # fmt: skip
SHOP = Program(NAMES, USES, ["api:used", "api:x", "api:y"])
COUNTS = {"api:used": 5, "api:x": 0, "api:y": 0}


def removed(plan: Plan) -> set[str]:
    return {one for batch in plan.batches for step in batch.steps for one in step.remove if one in SHOP.definitions}


def entries(plan: Plan) -> dict[str, DormantEntry]:
    return {one.handler: one for one in plan.dormant}


def test_dormant_code_is_grouped_by_the_endpoint_it_falls_with() -> None:
    found = entries(SHOP.plan(COUNTS))
    assert found.keys() == {"api:x", "api:y"}
    x = found["api:x"]
    assert (x.kind, x.keys, x.path) == ("route", ("GET /x",), "api.py")
    assert x.alone == ("api:x", "lib:only_x")
    assert [(one.id, one.others) for one in x.shared] == [("lib:both", ("GET /y",)), ("lib:deeper", ("GET /y",))]
    assert (x.files, x.lines, x.batches, x.why_not) == (2, 10, (), "")


def test_an_endpoint_goes_with_what_only_it_reaches_and_two_with_what_they_share() -> None:
    assert removed(SHOP.plan(COUNTS)) == set()
    one = SHOP.plan(COUNTS, include=frozenset({"route:GET /x"}))
    assert removed(one) == {"api:x", "lib:only_x"}
    assert entries(one)["api:x"].batches == tuple(sorted({row.batch for row in one.findings if row.batch}))
    assert entries(one)["api:y"].batches == ()
    both = SHOP.plan(COUNTS, include=frozenset({"route:get  /x", "id:api:y"}))
    everything = SHOP.plan(COUNTS, include=frozenset({"dormant"}))
    assert removed(both) == removed(everything) == {*NAMES} - {"api:used", "lib:everyone"}
    assert removed(SHOP.plan(COUNTS, include=frozenset({"route:/y"}))) == {"api:y", "lib:only_y"}


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("route:GET /z", "did you mean 'route:GET /"),
        ("route:GET /used", "is not dormant"),
        ("task:GET /x", "did you mean 'route:GET /x'"),
        ("id:api:z", "'id:api:x'"),
        ("x", "did you mean"),
    ],
)
def test_a_name_that_is_no_dormant_entry_point_is_an_error_with_near_ones(spec: str, said: str) -> None:
    with pytest.raises(ConfigError, match="--include") as refused:
        SHOP.plan(COUNTS, include=frozenset({spec}))
    assert said in str(refused.value)


def test_an_endpoint_says_why_it_cannot_go() -> None:
    program = Program([*NAMES, "main:run"], [*USES, ("main:run", "api:x")], ["api:used", "api:x", "api:y", "main:run"])
    plan = program.plan(COUNTS | {"main:run": 0}, include=frozenset({"route:GET /x"}))
    found = entries(plan)
    assert plan.batches == ()
    assert found["api:x"].why_not == "It goes only together with `GET /run`."
    every = entries(program.plan(COUNTS | {"main:run": 0}, include=frozenset({"dormant"})))
    assert every["api:x"].batches
    assert every["api:x"].why_not == ""
    held = Program(NAMES, USES, ["api:used", "api:x", "api:y"], young=["api:x"]).plan(COUNTS)
    assert entries(held)["api:x"].why_not.startswith("It did not exist under this name when the window began")


def test_code_that_many_endpoints_share_names_ten_of_them_and_counts_the_rest() -> None:
    handlers = [f"api:h{number:02d}" for number in range(30)]
    shop = Program([*handlers, "lib:both"], [(one, "lib:both") for one in handlers], handlers)
    plan = shop.plan(dict.fromkeys(handlers, 0))
    first = entries(plan)["api:h00"]
    assert first.shared[0].others == tuple(f"GET /h{number:02d}" for number in range(1, 11))
    assert (first.shared[0].more, first.sharing) == (19, 29)
    (row,) = [one for one in endpoints.rows(plan) if one.entry is first]
    assert row.shared == "1 definition with `GET /h01`, `GET /h02`, `GET /h03` and 26 more"
