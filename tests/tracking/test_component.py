import asyncio
import contextlib
import functools
import inspect
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor.tracking import component, layout, shared


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, records: Any) -> Callable[[str], dict[str, int]]:
    """Return what was counted of a kind, after delivering it."""
    monkeypatch.setenv("AUDITOR_APP", "shop")
    monkeypatch.setenv("AUDITOR_SINK", f"file://{tmp_path}")

    def read(kind: str) -> dict[str, int]:
        shared.close_all()
        totals: dict[str, int] = {}
        for record in records(tmp_path):
            for names in record.get(kind, {}).values():
                for name, count in names.items():
                    totals[name] = totals.get(name, 0) + count
        return totals

    return read


@pytest.fixture
def used(beside: Callable[[str], dict[str, int]]) -> Callable[[], dict[str, int]]:
    return lambda: beside("components")


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


def test_generators_stay_generators_and_count_with_their_first_step(used: Any) -> None:
    @component("rows")
    def rows(first: int) -> Generator[int, int, str]:
        got = yield first
        try:
            yield got * 10
        except KeyError:
            yield -1
        return "end"

    assert inspect.isgeneratorfunction(rows)
    rows(0)  # never asked for anything
    steps = rows(1)
    assert (next(steps), steps.send(4), steps.throw(KeyError())) == (1, 40, -1)
    with pytest.raises(StopIteration, match="end"):
        next(steps)
    assert used() == {"rows": 1}


def test_a_closed_generator_closes_the_one_within_and_is_no_failure(used: Any, beside: Any) -> None:
    ended = []

    @component("rows")
    def rows() -> Iterator[int]:
        try:
            yield 1
        finally:
            ended.append(True)

    steps = rows()
    next(steps)
    steps.close()
    assert ended == [True]
    assert used() == {"rows": 1}
    assert beside("outcomes") == {}


def test_asynchronous_generators_hand_on_what_is_sent_thrown_and_closed(used: Any) -> None:
    seen: list[Any] = []

    @component("stream")
    async def stream() -> AsyncGenerator[int, str]:
        try:
            seen.append((yield 1))
            try:
                yield 2
            except KeyError as error:
                seen.append(error.args)
            yield 3
        finally:
            seen.append("closed")

    async def work() -> list[int]:
        steps = stream()
        values = [await steps.__anext__(), await steps.asend("sent"), await steps.athrow(KeyError("thrown"))]
        await steps.aclose()
        return values + [value async for value in stream()]

    assert inspect.isasyncgenfunction(stream)
    assert asyncio.run(work()) == [1, 2, 3, 1, 2, 3]
    assert seen == ["sent", ("thrown",), "closed", None, "closed"]
    assert used() == {"stream": 2}


def test_an_asynchronous_context_manager_still_handles_what_its_block_raises(used: Any, beside: Any) -> None:
    handled = []

    @contextlib.asynccontextmanager
    @component("session")
    async def session() -> AsyncGenerator[int, None]:
        try:
            yield 1
        except ValueError:
            handled.append(True)
            raise

    async def work() -> None:
        async with session():
            raise ValueError("own")

    with pytest.raises(ValueError, match="own"):
        asyncio.run(work())
    assert handled == [True]
    assert used() == {"session": 1}
    assert beside("outcomes") == {"components failed session": 1}


def test_failures_are_counted_beside_and_cancelling_is_none(used: Any, beside: Any) -> None:
    @component("plain")
    def plain(error: BaseException | None) -> None:
        if error is not None:
            raise error

    @component("waits")
    async def waits() -> None:
        await asyncio.sleep(60)

    async def cancel() -> None:
        task = asyncio.create_task(waits())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    for error in (None, ValueError(), SystemExit(1)):
        with contextlib.suppress(ValueError, SystemExit):
            plain(error)
    asyncio.run(cancel())
    with contextlib.suppress(KeyError), component("block"):
        raise KeyError
    assert used() == {"plain": 3, "waits": 1, "block": 1}
    assert beside("outcomes") == {"components failed plain": 1, "components failed block": 1}


def test_durations_are_counted_where_asked_for(used: Any, beside: Any) -> None:
    @component(durations=True)
    def timed() -> None:
        time.sleep(0.02)

    @component("not timed")
    def untimed() -> None: ...

    timed()
    untimed()
    both = component("block", durations=True)
    with both, both:
        pass
    with contextlib.suppress(KeyError), component("broken", durations=True):
        raise KeyError
    found = beside("durations")
    name = f"{__name__}:test_durations_are_counted_where_asked_for.<locals>.timed"
    assert {tuple(field.split(" ")[::2]) for field in found} == {
        ("components", name), ("components", "block"), ("components", "broken"),
    }  # fmt: skip
    assert found[layout.duration_field("components", name, "sum")] >= 20_000
    assert sum(count for field, count in found.items() if field.endswith("block") and " sum " not in field) == 2


def test_static_and_class_methods_in_either_order(used: Any) -> None:
    class Prices:
        @staticmethod
        @component("a")
        def a(value: int) -> int:
            return value

        @component("b")
        @staticmethod
        def b(value: int) -> int:
            return value

        @classmethod
        @component("c")
        def c(cls, value: int) -> tuple[str, int]:
            return cls.__name__, value

        @component("d")
        @classmethod
        def d(cls, value: int) -> tuple[str, int]:
            return cls.__name__, value

    for prices in (Prices, Prices()):
        assert (prices.a(1), prices.b(2), prices.c(3), prices.d(4)) == (1, 2, ("Prices", 3), ("Prices", 4))
    assert used() == dict.fromkeys("abcd", 2)


def test_asynchronous_blocks(used: Any, beside: Any) -> None:
    async def work() -> None:
        async with component("block"):
            await asyncio.sleep(0)
        async with component("block"):
            raise KeyError

    with pytest.raises(KeyError):
        asyncio.run(work())
    assert used() == {"block": 2}
    assert beside("outcomes") == {"components failed block": 1}


def test_a_function_keeps_its_signature_and_its_cache(used: Any) -> None:
    @component("cached")
    @functools.lru_cache
    def cached(a: int, *, b: str = "b") -> int:
        return a

    assert str(inspect.signature(cached)).startswith("(a: int, *, b: str = 'b')")
    assert cached(1) + cached(1) == 2
    assert cached.cache_info().hits == 1
    cached.cache_clear()
    assert used() == {"cached": 2}


def test_what_frameworks_made_of_a_function_is_refused() -> None:
    class Task:
        def __call__(self) -> None: ...

        def delay(self) -> None: ...

    for made in (Task(), property(lambda self: 1)):
        with pytest.raises(TypeError, match="beneath other decorators"):
            component("x")(made)
    with pytest.raises(TypeError, match="no name of its own"):
        component(functools.partial(print, "x"))


def test_decorated_functions_are_published_though_nobody_calls_them(
    used: Any, tmp_path: Path, records: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = threading.active_count()

    @component("never-called")
    def never_called() -> None: ...

    assert threading.active_count() == threads
    assert list(tmp_path.iterdir()) == []
    with component("block"):
        pass
    assert used() == {"block": 1}
    (published,) = [record["registered"] for record in records(tmp_path) if record["kind"] == "registered"]
    (record,) = published.values()
    assert list(published) == ["components never-called"]
    assert record["handler"].endswith(".<locals>.never_called")
    assert (record["file"], record["line"]) == (__file__, never_called.__wrapped__.__code__.co_firstlineno)
