"""What a plan says of its deployment: weeks, areas, and tables that lose their model."""

from datetime import date
from pathlib import Path

import pytest

from auditor import pipeline
from auditor.model.plan import Deployment
from tests.production import NOW, Project

MODELS = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)


class ToolUsage(Base):
    __tablename__ = "tool_usage"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
"""
MAIN = """
from fastapi import FastAPI
from shop.models import User
app = FastAPI()


@app.get("/")
def home():
    return User


def old():
    return 1
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    files = {"shop/__init__.py": "", "shop/models.py": MODELS, "shop/main.py": MAIN}
    made = Project(tmp_path_factory.mktemp("shop"), files)
    made.watch({"GET /": 9}, {"GET /": "shop.main:home"})
    return made


def test_a_table_whose_model_goes_is_dropped_last_and_by_hand(project: Project) -> None:
    plan = pipeline.plan(project.loaded, days=14, now=NOW, environment={}, max_files=1)
    (removal,) = plan.data_steps
    number = next(batch.number for batch in plan.batches if "shop/models.py" in batch.paths)
    assert (removal.model, removal.after, removal.steps.table) == ("shop.models:ToolUsage", number, "tool_usage")
    assert [step.commands for step in removal.steps.irreversible] == ['DROP TABLE "tool_usage";']
    assert any("pg_dump" in step.commands for step in removal.steps.backup)
    assert any("--autogenerate" in note for note in removal.steps.notes)
    assert not any("tool_usage" in name for batch in plan.batches for step in batch.steps for name in step.remove)
    document = pipeline.render_plan(project.loaded, plan, "markdown")
    assert document.index("## Batches") < document.index("## Irreversible, last") < document.index("DROP TABLE")
    assert "table tool_usage" in " ".join(pipeline.render_plan(project.loaded, plan, "text").split())


def test_the_week_of_irreversible_steps_lies_a_window_behind_the_last_batch(project: Project) -> None:
    plan = pipeline.plan(project.loaded, days=14, now=NOW, environment={}, max_files=1, per_week=1)
    assert plan.timeline == (
        Deployment(date(2026, 11, 23), (1,)),
        Deployment(date(2026, 11, 30), (2,)),
        Deployment(date(2026, 12, 21)),
    )
    both = pipeline.plan(project.loaded, days=14, now=NOW, environment={}, max_files=1, per_week=2)
    assert both.timeline[0].batches == (1, 2)


def test_every_touched_file_is_counted_in_one_area(project: Project) -> None:
    plan = pipeline.plan(project.loaded, days=14, now=NOW, environment={})
    assert {row.area for row in plan.impact} == {"schema", "routes"}
    assert sum(row.deleted + row.edited for row in plan.impact) == len(
        {p for batch in plan.batches for p in batch.paths}
    )
    assert sum(row.definitions for row in plan.impact) == sum(one.batch is not None for one in plan.findings)


def test_a_plan_that_takes_no_model_says_nothing_of_data(tmp_path: Path) -> None:
    made = Project(
        tmp_path, {"shop/__init__.py": "", "shop/main.py": MAIN.replace("from shop.models import User", "User = 1")}
    )
    made.watch({"GET /": 9}, {"GET /": "shop.main:home"})
    plan = pipeline.plan(made.loaded, days=14, now=NOW, environment={})
    assert plan.batches and plan.data_steps == ()
    assert "Irreversible" not in pipeline.render_plan(made.loaded, plan, "markdown")


def test_a_table_is_still_to_be_dropped_when_its_batch_is_applied(tmp_path: Path) -> None:
    files = {"shop/__init__.py": "", "shop/models.py": MODELS, "shop/main.py": MAIN}
    made = Project(tmp_path, files)
    made.watch({"GET /": 9}, {"GET /": "shop.main:home"})
    plan = pipeline.plan(made.loaded, days=14, now=NOW, environment={})
    pipeline.write_plan(made.loaded, plan, made.root / "reports")
    for batch in plan.batches:
        pipeline.apply(made.loaded, plan, batch.number, now=NOW)
    after = pipeline.plan(made.loaded, days=14, now=NOW, environment={})
    assert not after.batches and after.data_steps == plan.data_steps
    assert after.timeline[-1].batches == ()
    pipeline.write_plan(made.loaded, after, made.root / "reports")
    for batch in reversed(plan.batches):
        pipeline.rollback(made.loaded, batch.number, now=NOW)
    assert pipeline.plan(made.loaded, days=14, now=NOW, environment={}).data_steps == ()
