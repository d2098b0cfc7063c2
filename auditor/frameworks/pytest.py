"""pytest: tests, fixtures and plugin hooks. Nothing here is production.

In: nothing. Out: `RULE`. Tests themselves (`test_*`, `Test*`) are found by name in `analysis.entries.entry_points`.
"""

from auditor.model.framework import DecoratorRule, FrameworkRule

RULE = FrameworkRule(
    name="pytest",
    enablers=("*",),
    decorators=(
        DecoratorRule("pytest.fixture", "fixture", production=False),
        DecoratorRule("pytest.yield_fixture", "fixture", production=False),
        DecoratorRule("_pytest.fixtures.fixture", "fixture", production=False),
        DecoratorRule("pytest_asyncio.fixture", "fixture", production=False),
        DecoratorRule("pytest.hookimpl", "hook", production=False),
        DecoratorRule("pytest.mark.*", "test", production=False),
        DecoratorRule("pluggy.HookimplMarker.*", "hook"),
        DecoratorRule("hypothesis.given", "test", production=False),
        DecoratorRule("hypothesis.stateful.*", "test", production=False),
    ),
    base_classes={
        "pytest.Item": ("runtest", "repr_failure", "reportinfo", "setup", "teardown"),
        "pytest.File": ("collect",),
        "pytest.Collector": ("collect", "repr_failure"),
        "pytest.Function": ("runtest", "setup", "teardown"),
        "hypothesis.stateful.RuleBasedStateMachine": ("*",),
    },
    calls=("getfixturevalue", "lf", "lazy_fixture"),
    implicit_names=("pytest_plugins", "pytestmark", "collect_ignore", "collect_ignore_glob"),
)  # fmt: skip
