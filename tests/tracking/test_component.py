import asyncio
import contextlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor.tracking import component, shared


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, records: Any) -> Any:
    monkeypatch.setenv("AUDITOR_APP", "shop")
    monkeypatch.setenv("AUDITOR_SINK", f"file://{tmp_path}")

    def read() -> dict[str, int]:
        shared.close_all()
        totals: dict[str, int] = {}
        for record in records(tmp_path):
            for names in record.get("components", {}).values():
                for name, count in names.items():
                    totals[name] = totals.get(name, 0) + count
        return totals

    return read


def test_a_decorated_function_counts_each_call(used: Any) -> None:
    @component("export")
    def export(a: int, *, b: int) -> int:
        """Export."""
        return a + b

    assert export(1, b=2) + export(1, b=3) == 7
    assert (export.__name__, export.__doc__) == ("export", "Export.")
    assert used() == {"export": 2}


def test_without_a_name_it_is_the_functions_own(used: Any) -> None:
    @component
    def bare() -> None: ...

    @component()
    def called() -> None: ...

    bare()
    called()
    prefix = f"{__name__}:test_without_a_name_it_is_the_functions_own.<locals>."
    assert used() == {f"{prefix}bare": 1, f"{prefix}called": 1}


def test_coroutines_stay_coroutines_and_failures_count(used: Any) -> None:
    @component("broken")
    async def broken() -> None:
        raise ValueError("own")

    assert inspect.iscoroutinefunction(broken)
    with pytest.raises(ValueError, match="own"):
        asyncio.run(broken())
    assert used() == {"broken": 1}


def test_a_block_counts_each_entry_and_swallows_nothing(used: Any) -> None:
    for _ in range(2):
        with contextlib.suppress(KeyError), component("block"):
            raise KeyError
    assert used() == {"block": 2}


def test_generators_work_as_before(used: Any) -> None:
    @contextlib.contextmanager
    @component("managed")
    def managed() -> Iterator[int]:
        yield 1

    with managed() as value:
        assert value == 1
    assert used() == {"managed": 1}


def test_methods_count_under_their_class(used: Any) -> None:
    class Prices:
        @component
        def of(self) -> int:
            return 1

    assert Prices().of() == 1
    assert list(used()) == [f"{__name__}:test_methods_count_under_their_class.<locals>.Prices.of"]


def test_what_cannot_be_counted_is_said_at_once() -> None:
    with pytest.raises(TypeError, match="is a class"):
        component("x")(type("Some", (), {}))
    with pytest.raises(TypeError, match="needs a name"), component():
        pass


def test_nothing_happens_without_a_sink_or_when_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with component("nowhere"):
        pass
    monkeypatch.setenv("AUDITOR_APP", "shop")
    monkeypatch.setenv("AUDITOR_SINK", f"file://{tmp_path}")
    monkeypatch.setenv("AUDITOR_TRACKING", "off")
    with component("off"):
        pass
    shared.close_all()
    assert list(tmp_path.iterdir()) == []


def test_what_was_used_before_the_sink_was_known_is_not_forgotten(used: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    url = pytest.MonkeyPatch()
    url.delenv("AUDITOR_SINK")
    with component("early"):
        pass
    url.undo()
    with component("late"):
        pass
    assert used() == {"early": 1, "late": 1}


def test_wrong_settings_are_logged_once_and_never_raised(monkeypatch: pytest.MonkeyPatch, tracker_log: Any) -> None:
    monkeypatch.setenv("AUDITOR_SINK", "mysql://x")
    for _ in range(3):
        with component("x"):
            pass
    assert len(tracker_log.messages) == 1
    monkeypatch.setenv("AUDITOR_APP", "shop")
    for _ in range(3):
        with component("x"):
            pass
    assert len(tracker_log.messages) == 2
