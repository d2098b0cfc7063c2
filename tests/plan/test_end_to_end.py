"""Real source through analysis, join, plan and removal: what stands imports after every batch, tests are green."""

import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from auditor.config import AuditConfig, LoadedConfig, PlanConfig
from auditor.cross_reference import cross_reference
from auditor.errors import EditError
from auditor.model.plan import Plan
from auditor.model.usage import Observation, Observations
from auditor.model.window import Window
from auditor.pipeline.static import Static, analyse
from auditor.plan.make import TryEdit, make_plan
from auditor.removal.edit import remove

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
WINDOW = Window.last_days(14, NOW)


def write(root: Path, files: Mapping[str, str]) -> Static:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"))
    return analyse(LoadedConfig(AuditConfig(), root, None), jobs=1, cache=False)


def observed(counts: Mapping[str, int]) -> Observations:
    seen = {
        name: Observation(name, (name.partition(":")[2],), count, 0, NOW - timedelta(hours=1))
        for name, count in counts.items()
    }
    return Observations(WINDOW, seen, frozenset(counts), (), (), WINDOW.minutes, (), None, len(counts))


def planned(
    static: Static,
    counts: Mapping[str, int],
    include: frozenset[str] = frozenset(),
    try_edit: TryEdit | None = None,
) -> Plan:
    bodies = {name: found.body_hash for name, found in static.analysis.graph.definitions.items()}
    seen = observed(counts)
    joined = cross_reference(static.analysis, seen, bodies_at_start=bodies, keep=(), today=NOW.date())
    return make_plan(
        joined.findings, static.analysis, static.facts, seen, base_commit="c" * 40, evidence_digest="sha256:00",
        now=NOW, days=14, config=PlanConfig(), include=include, counts=joined.counts, try_edit=try_edit,
    )  # fmt: skip


def verdicts(plan: Plan) -> dict[str, str]:
    return {row.id: row.verdict.value for row in plan.findings}


def steps(plan: Plan) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for batch in plan.batches:
        for step in batch.steps:
            found[step.path] = ("gone",) if step.action == "delete_file" else (*found.get(step.path, ()), *step.remove)
    return found


def apply_all(root: Path, static: Static, plan: Plan, imports: str) -> None:
    """Apply batch after batch; after each, what must import does, and the tests that are left pass."""
    modules = {facts.path: facts.module for facts in static.facts}
    for batch in plan.batches:
        for step in batch.steps:
            path = root / step.path
            if step.action == "delete_file":
                path.unlink()
            else:
                path.write_bytes(remove(path.read_bytes(), modules[step.path], step.remove))
        done = subprocess.run([sys.executable, "-c", f"import {imports}"], cwd=root, capture_output=True, text=True)
        assert done.returncode == 0, f"after batch {batch.number}: {done.stderr}"
        if (root / "tests").exists():
            command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
            done = subprocess.run(command, cwd=root, capture_output=True, text=True)
            assert done.returncode in (0, 5), f"after batch {batch.number}: {done.stdout}"


SHOP = {
    "shop/__init__.py": "",
    "shop/main.py": """
        from fastapi import FastAPI
        from shop.api import new, old, reports
        app = FastAPI()
        app.include_router(new.router)
        app.include_router(old.router)
        app.include_router(reports.router)
        """,
    "shop/api/__init__.py": "",
    "shop/api/new.py": """
        from fastapi import APIRouter
        from shop.core import price
        router = APIRouter(prefix="/chat")

        @router.post("/say")
        def say():
            return price(1)
        """,
    "shop/api/old.py": """
        import json
        from fastapi import APIRouter
        from shop.core import canned
        router = APIRouter(prefix="/chat")

        @router.post("/say")
        def say_simple():
            return json.loads(canned())

        @router.get("/ping")
        def ping():
            return "pong"
        """,
    "shop/api/reports.py": """
        from fastapi import APIRouter
        from shop.core import price, yearly
        router = APIRouter()

        @router.get("/yearly")
        def get_yearly():
            return yearly(price(2))
        """,
    "shop/core.py": '''
        import math
        RATE = 2
        UNUSED_RATE = 3

        def price(n):
            """What it costs."""
            return n * RATE

        def canned():
            return "{}"

        def yearly(n):
            return math.floor(_spread(n))

        def _spread(n):
            return n / 12

        def old_price(n):
            return n * UNUSED_RATE

        def sample():
            return price(1)

        class Basket:
            def total(self):
                return 0

            def forgotten(self):
                return 1

        def basket_total():
            return Basket().total()
        ''',
    "shop/island/__init__.py": "",
    **{
        f"shop/island/m{n}.py": f"""
        from shop.island.m{(n + 1) % 7} import f{(n + 1) % 7}

        def f{n}():
            return f{(n + 1) % 7}()
        """
        for n in range(7)
    },
    "tests/test_core.py": """
        from shop.core import basket_total, price, sample

        def test_price():
            assert price(2) == 4

        def test_sample():
            assert sample() == 2
        """,
    "pyproject.toml": """
        [project]
        name = "shop"
        version = "1"
        [project.scripts]
        shop = "shop.core:basket_total"
        """,
}
COUNTS = {
    "shop.api.new:say": 400,
    "shop.api.old:say_simple": 0,
    "shop.api.old:ping": 7,
    "shop.api.reports:get_yearly": 0,
}


def test_a_shop_is_joined_planned_and_taken_apart(tmp_path: Path) -> None:
    static = write(tmp_path, SHOP)
    plan = planned(static, COUNTS)
    found = verdicts(plan)
    assert found["shop.api.old:say_simple"] == "DEAD"
    assert found["shop.core:canned"] == "DEAD"
    assert found["shop.core:sample"] == "TEST_ONLY"
    assert [found[f"shop.{name}"] for name in ("api.reports:get_yearly", "core:yearly", "core:_spread")] == [
        "DORMANT"
    ] * 3
    removed = {path: set(names) for path, names in steps(plan).items()}
    assert removed == {
        "shop/api/old.py": {"shop.api.old:canned", "shop.api.old:json", "shop.api.old:say_simple"},
        "shop/core.py": {f"shop.core:{name}" for name in (
            "Basket.forgotten", "canned", "UNUSED_RATE", "old_price", "sample")},
        "shop/island/__init__.py": {"gone"},
        **{f"shop/island/m{n}.py": {"gone"} for n in range(7)},
        "tests/test_core.py": {"tests.test_core:sample", "tests.test_core:test_sample"},
    }  # fmt: skip
    assert all(len(batch.paths) <= 5 for batch in plan.batches)
    apply_all(tmp_path, static, plan, "shop.main, shop.core")
    assert "import json" not in (tmp_path / "shop/api/old.py").read_text()


def test_dormant_endpoints_go_on_request_with_what_only_they_reach(tmp_path: Path) -> None:
    static = write(tmp_path, SHOP)
    plan = planned(static, COUNTS, frozenset({"dormant"}))
    assert "shop.api.reports:get_yearly" in steps(plan)["shop/api/reports.py"]
    assert {"shop.core:yearly", "shop.core:_spread", "shop.core:math"} <= set(steps(plan)["shop/core.py"])
    apply_all(tmp_path, static, plan, "shop.main, shop.core")
    assert (tmp_path / "shop/api/reports.py").read_text() == "from fastapi import APIRouter\nrouter = APIRouter()\n"


def test_what_production_ran_stays_with_all_it_reaches(tmp_path: Path) -> None:
    static = write(tmp_path, SHOP)
    plan = planned(static, {**COUNTS, "shop.island.m3:f3": 5})
    assert [row.id for row in plan.contradictions] == ["shop.island.m3:f3"]
    assert not [path for path in steps(plan) if "island" in path]


DISPATCH = {
    "p/__init__.py": "",
    "p/main.py": """
        from p.tables import look_up
        from p.service import Service, quiet

        if __name__ == "__main__":
            print(look_up, Service().run("x"), quiet)
        """,
    "p/tables.py": """
        import sys

        class OneImpl:
            def run(self):
                return used_by_one()

        def used_by_one():
            return 1

        look_up = {}
        for name in sys.argv:
            if name in globals():
                look_up[name] = globals()[name]
        """,
    "p/service.py": """
        class Service:
            def run(self, name):
                return getattr(self, name)()

            def maybe(self):
                return deep()

        class Other:
            def maybe(self):
                return 2

        def deep():
            return 3

        def quiet():
            return 0
        """,
}


def test_names_computed_by_running_code_hold_back_what_they_could_name(tmp_path: Path) -> None:
    plan = planned(write(tmp_path, DISPATCH), {})
    held = {row.id: [one.reason for one in row.held_back] for row in plan.findings}
    for name in ("p.tables:OneImpl", "p.tables:used_by_one", "p.service:Service.maybe", "p.service:deep"):
        assert held[name][0] == "dynamic_access", name
    assert steps(plan) == {"p/service.py": ("p.service:Other",)}


def test_what_removal_refuses_is_found_while_planning(tmp_path: Path) -> None:
    static = write(
        tmp_path,
        {
            "m.py": """
                def dead():
                    return 1

                def live():
                    global counter
                    counter = 1

                counter = 0

                if __name__ == "__main__":
                    live()
                """
        },
    )

    def try_edit(path: str, names: tuple[str, ...]) -> str | None:
        try:
            remove((tmp_path / path).read_bytes(), "m", names)
        except EditError as error:
            return str(error)
        return None

    plan = planned(static, {}, try_edit=try_edit)
    assert steps(plan) == {"m.py": ("m:dead",)}
    assert [one.reason for row in plan.findings if row.id == "m:counter" for one in row.held_back] == ["uneditable"]


def test_what_a_function_reads_with_locals_stays(tmp_path: Path) -> None:
    nested = """
        def outer():
            def inner(x):
                return x
            return {}

        if __name__ == "__main__":
            outer()
        """
    static = write(tmp_path, {"plain.py": nested.format("1"), "table.py": nested.format("locals().copy()")})
    assert steps(planned(static, {})) == {"plain.py": ("plain:outer.<locals>.inner",)}


LEFT_OVER = {
    "app.py": """
        def old():
            return 1

        def live():
            return 2

        if __name__ == "__main__":
            live()
        """,
    "tests/conftest.py": """
        import pytest

        import app

        @pytest.fixture
        def basis():
            return 1

        @pytest.fixture
        def made(basis):
            return app.old() + basis

        @pytest.fixture
        def shared():
            return 3

        @pytest.fixture(autouse=True)
        def always():
            return 4
        """,
    "tests/test_app.py": """
        import app

        def check(value):
            return value == 2

        def both(value):
            return value > 0

        def test_old(made, shared):
            assert check(made) and both(app.old())

        def test_live(shared):
            assert both(app.live())
        """,
}


def test_fixtures_and_functions_that_only_removed_tests_have_used_go_with_them(tmp_path: Path) -> None:
    static = write(tmp_path, LEFT_OVER)
    assert steps(planned(static, {"app:": 1, "app:live": 1})) == {
        "app.py": ("app:old",),
        "tests/conftest.py": ("tests.conftest:app", "tests.conftest:basis", "tests.conftest:made"),
        "tests/test_app.py": ("tests.test_app:check", "tests.test_app:test_old"),
    }


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("tests/test_app.py", "def test_live(shared)", "def test_live(shared, made)"),
        ("tests/test_app.py", "def test_live", '@pytest.mark.usefixtures("made")\n        def test_live'),
        ("tests/test_app.py", "assert both(app.live())", "assert shared.getfixturevalue(app.live())"),
        ("tests/conftest.py", "@pytest.fixture\n        def made", '@pytest.fixture(name="other")\n        def made'),
    ],
)
def test_a_fixture_that_others_may_ask_for_stays_with_what_it_uses(
    path: str, old: str, new: str, tmp_path: Path
) -> None:
    assert old in LEFT_OVER[path]
    static = write(tmp_path, {**LEFT_OVER, path: LEFT_OVER[path].replace(old, new)})
    plan = planned(static, {"app:": 1, "app:live": 1})
    assert steps(plan) == {}
    (row,) = [row for row in plan.findings if row.id == "app:old"]
    assert row.held_back[0].reason == "still_referenced"
    assert "`tests.conftest:made` uses it, for more tests than those that would go" in row.held_back[0].detail


MIXED = {
    "app.py": """
        class Registry:
            def add(self, one):
                return [one]

            def drop(self, one):
                return []

            def size(self):
                return 0

        def run():
            return Registry().add(1)

        if __name__ == "__main__":
            run()
        """,
    "tests/helpers.py": """
        import app

        def program():
            return app.run()
        """,
    "tests/test_app.py": """
        import unittest

        from app import Registry
        from tests.helpers import program

        def test_method():
            one = Registry()
            one.add(1)
            one.drop(1)

        class TestSize(unittest.TestCase):
            def setUp(self):
                self.one = Registry().size()

            def test_program(self):
                assert program()
        """,
}


def test_tests_that_also_test_live_code_are_not_deleted(tmp_path: Path) -> None:
    plan = planned(write(tmp_path, MIXED), {"app:": 1, "app:run": 1})
    assert steps(plan) == {}
    why = {row.id: row.held_back[0].detail for row in plan.findings if row.held_back}
    assert why == {
        "app:Registry.drop": "the test `tests.test_app:test_method` uses it to test `app:Registry.add`, which stays",
        "app:Registry.size": "the fixture `tests.test_app:TestSize.setUp` uses it, for more tests than those that "
        "would go with it",
    }
