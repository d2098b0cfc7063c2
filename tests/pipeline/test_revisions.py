"""A plan that a team follows for weeks: on real repositories, from one revision to the next."""

import shutil
import subprocess
from pathlib import Path

import pytest

from auditor import pipeline
from auditor.config import load
from auditor.errors import AuditorError, ConfigError, GitError
from auditor.model.plan import Plan
from auditor.pipeline.revisions import Wish
from tests.production import NOW, Project

FILES = {
    "shop/__init__.py": "",
    "shop/main.py": """
from fastapi import FastAPI

app = FastAPI()

@app.get("/price")
def price():
    return 1

@app.get("/old")
def old():
    return 2
""",
    **{
        f"shop/{name}.py": f"def kept_{name}():\n    return 0\n\n\ndef gone_{name}():\n    return 1\n"
        for name in ("one", "two", "three", "four")
    },
    "shop/live.py": """
from shop import four, one, three, two

USED = [one.kept_one(), two.kept_two(), three.kept_three(), four.kept_four()]
""",
}
FILES["shop/main.py"] = (
    FILES["shop/main.py"]
    .replace("import FastAPI", "import FastAPI\nfrom shop import live", 1)
    .replace("return 1", "return live.USED")
)
ROUTES = {"GET /price": "shop.main:price", "GET /old": "shop.main:old"}


def plan(project: Project, **options: object) -> Plan:
    made = pipeline.plan(project.loaded, days=14, now=NOW, environment={}, **options)  # type: ignore[arg-type]  # passed on
    pipeline.write_plan(project.loaded, made, project.root / "reports")
    return made


def paths(made: Plan) -> dict[int, tuple[str, ...]]:
    return {batch.number: batch.paths for batch in made.batches}


def apply(project: Project, made: Plan, *numbers: int) -> None:
    for number in numbers:
        pipeline.apply(project.loaded, made, number, now=NOW)


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    project = Project(tmp_path, FILES)
    project.watch({"GET /price": 10}, ROUTES)
    return project


def test_a_plan_is_followed_from_revision_to_revision(shop: Project) -> None:
    first = plan(shop, max_files=1)
    numbers = sorted(paths(first))
    assert numbers == [1, 2, 3, 4]
    assert plan(shop, max_files=1) == first
    apply(shop, first, 1, 2)

    second = plan(shop, max_files=1)
    assert (second.plan_id, second.revision, paths(second)) == (first.plan_id, 2, {n: paths(first)[n] for n in (3, 4)})
    assert [(one.batch.number, one.state) for one in second.past] == [(1, "applied"), (2, "applied")]

    (changed,) = paths(second)[3]
    text = (shop.root / changed).read_text()
    shop.commit({changed: text.replace("return 1", "return 11")}, days_ago=1)
    third = plan(shop, max_files=1)
    assert paths(third) == {4: paths(first)[4]}
    assert [(one.number, one.replaced_by) for one in third.voided] == [(3, ())]
    assert "changed since the window began" in third.voided[0].reason
    with pytest.raises(GitError, match=r"batch 3 of plan .* is void: .*changed"):
        apply(shop, third, 3)

    undone = pipeline.rollback(shop.loaded, 1, now=NOW)
    fourth = plan(shop, max_files=1)
    assert paths(fourth) == {4: paths(first)[4]}
    gone = first.batches[0].steps[0].remove[0]
    (held,) = [one.held_back for one in fourth.findings if one.id == gone]
    assert [one.reason for one in held] == ["taken_back"]
    with pytest.raises(GitError, match=rf"was taken back, by {undone.commit[:12]}; .*--replan 1"):
        apply(shop, fourth, 1)
    with pytest.raises(ConfigError, match="--replan 9"):
        plan(shop, wish=Wish(replan=frozenset({9})))
    again = plan(shop, max_files=1, wish=Wish(replan=frozenset({1})))
    assert paths(again) == {4: paths(first)[4], 5: paths(first)[1]}
    apply(shop, again, 5, 4)
    last = plan(shop, max_files=1)
    assert paths(last) == {}
    assert {(one.batch.number, one.state) for one in last.past} == {
        (1, "rolled_back"), (2, "applied"), (4, "applied"), (5, "applied"),
    }  # fmt: skip
    states = {one.number: one.state for one in pipeline.status(shop.loaded, days=14, now=NOW).batches}
    assert states == {1: "rolled_back", 2: "applied", 4: "applied", 5: "applied"}


def test_another_machine_goes_on_without_any_file_of_the_plan(shop: Project, tmp_path: Path) -> None:
    first = plan(shop, max_files=1)
    apply(shop, first, 1, 2)
    pipeline.rollback(shop.loaded, 2, now=NOW)
    elsewhere = Project.__new__(Project)
    elsewhere.root = tmp_path / "elsewhere"
    subprocess.run(["git", "clone", "-q", "--no-tags", str(shop.root), str(elsewhere.root)], check=True)
    subprocess.run(["git", "config", "user.name", "x"], cwd=elsewhere.root, check=True)
    subprocess.run(["git", "config", "user.email", "x@example.org"], cwd=elsewhere.root, check=True)
    made = plan(elsewhere, max_files=1)
    assert made.plan_id != first.plan_id
    assert paths(made) == {3: paths(first)[3], 4: paths(first)[4]}
    assert "numbers go on after 2" in made.note
    (held,) = [one.held_back for one in made.findings if one.id == first.batches[1].steps[0].remove[0]]
    assert "--replan 2" in held[0].detail
    assert pipeline.rollback(load(elsewhere.root), 1, now=NOW).restored is True
    fresh = plan(elsewhere, max_files=1, wish=Wish(fresh=True))
    assert sorted(paths(fresh)) == [1, 2]
    assert fresh.plan_id not in {first.plan_id, made.plan_id}


def test_a_lost_plan_file_is_taken_from_the_kept_one_and_a_broken_one_is_said(shop: Project) -> None:
    first = plan(shop, max_files=1)
    shutil.rmtree(shop.root / "reports")
    assert plan(shop, max_files=1) == first
    (shop.root / "reports" / "plan.json").write_text("{")
    with pytest.raises(AuditorError, match="--fresh"):
        plan(shop)
    assert plan(shop, wish=Wish(fresh=True)).revision == 1


def test_code_taken_back_twice_is_held_and_released_whatever_its_file_is_called(tmp_path: Path) -> None:
    odd = "scripts/o'd d.py"
    project = Project(tmp_path, {**FILES, odd: "print(2)\n\n\ndef gone():\n    return 1\n"})
    project.watch({"GET /price": 10}, ROUTES)
    first = plan(project)
    assert list(paths(first)) == [1]
    assert odd in paths(first)[1]
    apply(project, first, 1)
    pipeline.rollback(project.loaded, 1, now=NOW)
    assert plan(project, wish=Wish(fresh=True)).batches == ()

    again = plan(project, max_files=1, wish=Wish(fresh=True, replan=frozenset({1})))
    (number,) = [one for one, held in paths(again).items() if held == (odd,)]
    assert sorted({path for held in paths(again).values() for path in held}) == sorted(paths(first)[1])
    number = number if number != 1 else 2
    apply(project, again, number)
    pipeline.rollback(project.loaded, number, now=NOW)
    held = plan(project, wish=Wish(fresh=True))
    assert held.batches == ()
    newest = plan(project, wish=Wish(fresh=True, replan=frozenset({number})))
    assert list(paths(newest).values()) == [paths(again)[number]]
    older = plan(project, wish=Wish(fresh=True, replan=frozenset({1})))
    assert paths(older) == paths(first)


def test_evidence_that_does_not_suffice_makes_batches_wait(shop: Project) -> None:
    first = plan(shop, max_files=1)
    days = pipeline.plan(shop.loaded, days=60, now=NOW, environment={})
    assert (days.batches, [one.number for one in days.waiting]) == ((), [1, 2, 3, 4])
    pipeline.write_plan(shop.loaded, days, shop.root / "reports")
    with pytest.raises(GitError, match=r"batch 1 .* waits"):
        apply(shop, days, 1)
    assert paths(plan(shop, max_files=1)) == paths(first)


def test_one_endpoint_is_planned_and_stays_planned_until_it_is_taken_out(shop: Project) -> None:
    spec = frozenset({"route:GET /old"})
    first = plan(shop, include=spec)
    handler = {row.id: row.batch for row in first.findings}["shop.main:old"]
    assert handler is not None
    assert (first.dormant[0].keys, first.dormant[0].batches) == (("GET /old",), (handler,))
    assert plan(shop) == first
    without = plan(shop, wish=Wish(forget=True))
    assert (without.included, {row.id: row.batch for row in without.findings}["shop.main:old"]) == ((), None)
    assert handler in {one.number for one in without.voided}
    apply(shop, plan(shop, include=spec), max(paths(plan(shop, include=spec))))
