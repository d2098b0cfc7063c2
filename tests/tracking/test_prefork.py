"""What is done where uWSGI forks below Python, and where it lets no threads run."""

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from auditor.tracking import component, shared, switch


@pytest.fixture
def uwsgi(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> SimpleNamespace:
    """A module as uWSGI puts it into its processes: of the master, until it is told otherwise."""
    found = SimpleNamespace(worker_id=lambda: 0, mule_id=lambda: 0, has_threads=1)
    monkeypatch.setitem(sys.modules, "uwsgi", found)
    monkeypatch.setenv("AUDITOR_APP", "shop")
    monkeypatch.setenv("AUDITOR_SINK", f"file://{tmp_path}")
    return found


def components(records: list[dict[str, Any]]) -> int:
    return sum(n for record in records for day in record.get("components", {}).values() for n in day.values())


def test_a_master_starts_no_thread_and_its_workers_have_what_it_used(
    uwsgi: SimpleNamespace, tmp_path: Any, records: Any
) -> None:
    used = component("settings")
    with used:
        pass
    found = shared.of(switch.settings())  # type: ignore[arg-type]  # there are settings
    found.watch("calls")
    assert found._thread is None
    uwsgi.worker_id = lambda: 1
    with used:
        pass
    assert found._thread is not None
    shared.close_all()
    assert components(records(tmp_path)) == 2


def test_a_worker_that_only_serves_delivers_what_its_master_used(
    uwsgi: SimpleNamespace, tmp_path: Any, records: Any
) -> None:
    with component("settings"):
        pass
    uwsgi.worker_id = lambda: 1
    shared.of(switch.settings()).watch("calls")  # type: ignore[arg-type]  # there are settings
    shared.close_all()
    assert components(records(tmp_path)) == 1


def test_a_mule_is_no_master(uwsgi: SimpleNamespace) -> None:
    uwsgi.mule_id = lambda: 1
    with component("mule"):
        pass
    counters = shared.current()
    assert counters is not None
    assert counters._thread is not None


@pytest.mark.parametrize(("has_threads", "warnings"), [(0, 1), (1, 0)])
def test_where_threads_do_not_run_the_log_says_so_once(
    uwsgi: SimpleNamespace, tracker_log: Any, has_threads: int, warnings: int
) -> None:
    uwsgi.worker_id = lambda: 1
    uwsgi.has_threads = has_threads
    for _ in range(3):
        with component("worker"):
            pass
    assert len([one for one in tracker_log.records if "--enable-threads" in one.message]) == warnings
