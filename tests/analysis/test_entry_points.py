"""Entry points of the sample projects: who is one, under which usage key, and with which period."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from auditor.analysis.cron import cron_period
from auditor.analysis.entries import entry_points
from auditor.analysis.outside import project_metadata
from auditor.analysis.outside.project_files import Declared
from auditor.analysis.resolution.symbols import SymbolTable
from auditor.analysis.routing import routes
from auditor.config import AuditConfig, KeepEntry
from auditor.frameworks import RULES
from auditor.model.code import ModuleFacts
from auditor.model.graph import EntryPoint

PROJECTS = Path(__file__).parent.parent / "projects"
FactsFrom = Callable[[Mapping[str, str]], tuple[ModuleFacts, ...]]
ProjectFacts = Callable[[str], tuple[ModuleFacts, ...]]


def find(
    facts: tuple[ModuleFacts, ...],
    metadata: project_metadata.ProjectMetadata | None = None,
    config: AuditConfig | None = None,
    today: date | None = None,
) -> tuple[EntryPoint, ...]:
    symbols = SymbolTable(facts)
    found = routes.find(facts, symbols, RULES)
    metadata = metadata or project_metadata.ProjectMetadata("application", "")
    return entry_points.find(facts, symbols, RULES, metadata, config or AuditConfig(), found, today)


def of_project(facts: tuple[ModuleFacts, ...], name: str) -> tuple[EntryPoint, ...]:
    return find(facts, project_metadata.read(PROJECTS / name, AuditConfig()))


def by_id(found: tuple[EntryPoint, ...]) -> dict[str, list[EntryPoint]]:
    grouped: dict[str, list[EntryPoint]] = {}
    for one in found:
        grouped.setdefault(one.definition, []).append(one)
    return grouped


def test_a_handler_is_one_for_every_route_that_it_serves(project_facts: ProjectFacts) -> None:
    found = by_id(of_project(project_facts("fastapi_app"), "fastapi_app"))
    assert [one.usage_key for one in found["shop.main:export"]] == ["GET /export", "POST /export"]
    assert {one.kind for one in found["shop.main:export"]} == {"route"}


@pytest.mark.parametrize(
    "handler", ["shop.api.users:get_me", "shop.api.forgotten:forgotten_thing", "shop.main:behind_the_mount"]
)
def test_shadowed_and_forgotten_handlers_are_none(project_facts: ProjectFacts, handler: str) -> None:
    assert handler not in by_id(of_project(project_facts("fastapi_app"), "fastapi_app"))


def test_hooks_of_a_forgotten_blueprint_are_none(project_facts: ProjectFacts) -> None:
    found = by_id(of_project(project_facts("flask_app"), "flask_app"))
    assert "blog.forgotten:forgotten_hook" not in found
    assert found["blog.posts:count"][0].kind == "hook"


def test_scripts_name_the_line_that_declares_them(project_facts: ProjectFacts) -> None:
    (one,) = by_id(of_project(project_facts("fastapi_app"), "fastapi_app"))["shop.commands:reindex"]
    assert one.kind == "script"
    assert one.production
    assert one.detail == "pyproject.toml:6 declares console_scripts shop-reindex = shop.commands:reindex"


def test_tasks_have_their_names_and_periods(project_facts: ProjectFacts) -> None:
    found = of_project(project_facts("celery_app"), "celery_app")
    tasks = {one.definition: (one.usage_key, one.period_days) for one in found if one.kind == "task"}
    assert tasks == {
        "jobs.tasks:close_month": ("jobs.tasks.close_month", 31.0),
        "jobs.tasks:weekly": ("reports.weekly", 7.0),
        "jobs.tasks:ping": ("jobs.tasks.ping", 30 / 86400),
        "jobs.tasks:yearly": ("jobs.tasks.yearly", 366.0),
        "jobs.tasks:Import": ("jobs.import", None),
        "jobs.billing:Logged": ("jobs.billing.Logged", None),
        "jobs.billing:invoice": ("jobs.billing.invoice", 0.5),
        "jobs.billing:remind": ("billing.remind", 1.0),
        "jobs.billing:failed": ("billing.failed", 7.0),
        "jobs.billing:archive": ("billing.archive", 366.0),
        "jobs.billing:Export": ("billing.export", 2.0),
        "jobs.scheduler:nightly": ("", 1.0),
        "jobs.scheduler:quarterly": ("", 366.0),
        "jobs.scheduler:fortnightly": ("", 14.0),
    }
    assert {one.definition for one in found if one.kind == "signal"} == {
        "jobs.app:more_schedules",
        "jobs.app:ready",
        "jobs.billing:schedules",
    }


def test_a_schedule_assigned_to_the_configuration_counts(facts_from: FactsFrom) -> None:
    text = (
        "from celery import Celery\nfrom celery.schedules import crontab\napp = Celery()\n"
        "app.conf.beat_schedule = {'a': {'task': 'close', 'schedule': crontab(day_of_month='1')}}\n"
        "@app.task(name='close')\ndef close_month(): ...\n"
    )
    assert [one.period_days for one in by_id(find(facts_from({"w.py": text})))["w:close_month"]] == [31.0]


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("0 3 1 * *", 31.0),
        ("0 3 * * 1", 7.0),
        ("0 3 * * *", 1.0),
        ("*/5 * * * *", 1 / 24),
        ("0 0 1 1 *", 366.0),
        ("0 0 */10 * *", 10.0),
        ("@daily", 1.0),
    ],
)
def test_a_period_is_an_upper_bound(line: str, days: float | None) -> None:
    assert cron_period(line) == days


def test_commands_on_a_group_are_and_lone_ones_are_not(project_facts: ProjectFacts) -> None:
    found = by_id(of_project(project_facts("click_app"), "click_app"))
    assert {name for name, ones in found.items() if any(one.kind == "command" for one in ones)} == {
        "tool.groups:push",
        "tool.main:shrink",
        "tool.main:db",
        "tool.main:migrate",
    }
    assert found["tool.main:cli"][0].kind == "script"
    assert "tool.main:never_added" not in found


def test_tests_are_never_production(project_facts: ProjectFacts) -> None:
    found = of_project(project_facts("pytest_plugin"), "pytest_plugin")
    in_tests = [one for one in found if one.path.startswith("tests/")]
    assert in_tests
    assert not any(one.production for one in in_tests)
    names = {one.definition.partition(":")[2] for one in in_tests}
    assert {"test_now", "TestClock.test_value", "TestClock.setup_method", "ClockCase.test_it", "frozen"} <= names
    assert "TestClock.never_run" not in names
    assert "build" not in names


def test_a_plugin_has_the_hooks_of_its_module(project_facts: ProjectFacts) -> None:
    found = by_id(of_project(project_facts("pytest_plugin"), "pytest_plugin"))
    assert "hook" in {one.kind for one in found["pytest_clock:pytest_addoption"]}


def test_a_host_uses_the_public_members_of_the_plugins_it_loads(facts_from: FactsFrom) -> None:
    facts = facts_from({
        "shop/ep.py": "class Base:\n    def activate(self): ...\n\n\n"
        "class Checker(Base):\n    name = 'x'\n    def run(self): ...\n    def _own(self): ...\n\n\n"
        "class Made:\n    def load(self): ...\n\n\nclass Command:\n    def rest(self): ...\n\n\n"
        "def make():\n    return Made()\n\n\ndef main():\n    return Command()\n",
    })  # fmt: skip
    metadata = project_metadata.ProjectMetadata("application", "", declared=(
        Declared("flake8.extension", "X", "shop.ep:Checker", "pyproject.toml", 1),
        Declared("shop.plugins", "made", "shop.ep:make", "setup.cfg", 1),
        Declared("console_scripts", "shop", "shop.ep:main", "pyproject.toml", 1),
    ))  # fmt: skip
    found = {one.definition.partition(":")[2] for one in find(facts, metadata)}
    assert {"Checker", "Checker.name", "Checker.run", "Base.activate", "make", "Made.load", "main"} <= found
    assert not {"Checker._own", "Command.rest"} & found


def test_public_names_of_a_library(facts_from: FactsFrom) -> None:
    root = PROJECTS / "library" / "src"
    facts = facts_from({path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*.py")})
    found = find(facts, project_metadata.read(PROJECTS / "library", AuditConfig()))
    assert {one.definition for one in found if one.kind == "public_api"} == {
        "shapes:", "shapes:Square", "shapes:area", "shapes._square:Square", "shapes._square:Square.area",
        "shapes._square:Square.perimeter", "shapes.circles:", "shapes.circles:Circle", "shapes.circles:Circle.area",
        "shapes.circles:make",
    }  # fmt: skip


def test_the_keep_list_holds_until_its_last_day(facts_from: FactsFrom) -> None:
    facts = facts_from({"shop/reports.py": "def monthly_vat(): ...\ndef daily(): ...\n"})
    entry = KeepEntry("shop.reports:monthly_*", "run by finance", "billing", date(2026, 11, 21))
    config = AuditConfig(keep=(entry,))
    (kept,) = find(facts, config=config, today=date(2026, 11, 21))
    assert kept.definition == "shop.reports:monthly_vat"
    assert kept.detail == "kept by billing until 2026-11-21: run by finance"
    assert find(facts, config=config, today=date(2026, 11, 22)) == ()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("def a(): ...  # auditor: keep\ndef b(): ...\n", "m:a"),
        ("# auditor: keep\ndef a(): ...\ndef b(): ...\n", "m:a"),
        ("@x\ndef a():  # auditor: keep\n    return 1\n", "m:a"),
        ("class A:\n    def a(self): ...\n    # auditor: keep\n    def b(self): ...\n", "m:A.b"),
    ],
)
def test_a_comment_keeps_what_it_stands_at(facts_from: FactsFrom, text: str, kept: str) -> None:
    assert [one.definition for one in find(facts_from({"m.py": text})) if one.kind == "keep"] == [kept]


def test_programs_and_main_guards(facts_from: FactsFrom) -> None:
    guard = "if __name__ == '__main__':\n    run()\n"
    facts = facts_from({"a.py": guard, "b/__main__.py": "run()\n", "tests/test_c.py": guard, "d.py": "run()\n"})
    found = {one.definition: one.production for one in find(facts) if one.kind == "main"}
    assert found == {"a:": True, "b.__main__:": True, "tests.test_c:": False}


def test_the_result_is_sorted_and_without_repetition(project_facts: ProjectFacts) -> None:
    found = of_project(project_facts("django_app"), "django_app")
    keys = [(one.path, one.line, one.definition, one.kind, one.usage_key) for one in found]
    assert keys == sorted(set(keys))
    assert all(one.detail for one in found)
