import os
import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from auditor.tracking import layout
from auditor.tracking.delta import Delta
from auditor.tracking.file_sink import FileSink
from auditor.tracking.sinks import SinkError, open_sink

DAY = date(2026, 11, 8)
COUNTS = {"calls": {DAY: {"GET /a 2xx": 3}}}


def test_a_record_is_one_line_as_the_layout_says(tmp_path: Path, records: Any) -> None:
    sink = FileSink(tmp_path, "shop", "one")
    sink.write(Delta(at=1.5, since=0.5, interval=5.0, version="v1", counts=COUNTS, minutes=(29920524,),
                     last={"GET /a": 1.25}, lost={DAY: 2},
                     sequence=7, closing=True))  # fmt: skip
    sink.publish("routes", {"GET /a": layout.route_record("m:a", "m.py", 1, "", [], 1.0, 1.0)}, "v1")
    sink.close()
    flush, routes = records(tmp_path)
    assert flush == {
        "v": 1, "kind": "flush", "seq": 7, "closed": True, "at": 1.5, "since": 0.5, "started": 0.0, "interval": 5.0,
        "watching": ["calls"], "version": "v1", "minutes": [29920524],
        "calls": {"2026-11-08": {"GET /a 2xx": 3}}, "components": {}, "tasks": {}, "functions": {},
        "last": {"GET /a": 1.25}, "lost": {"2026-11-08": 2},
    }  # fmt: skip
    assert routes["kind"] == "routes"
    assert routes["routes"]["GET /a"]["version"] == "v1"
    assert [file.parent.name for file in tmp_path.rglob("*.jsonl")] == ["shop"]


def test_the_same_number_counts_once_unnumbered_ones_each_time(tmp_path: Path, records: Any) -> None:
    sink = FileSink(tmp_path, "shop", "one")
    for number in (1, 1, 2, 0, 0):
        sink.write(Delta(at=1.0, counts=COUNTS, sequence=number))
    assert [record["seq"] for record in records(tmp_path)] == [1, 2, 0, 0]


def test_nothing_is_created_before_the_first_write(tmp_path: Path) -> None:
    open_sink(f"file://{tmp_path}/deep", "shop").close()
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_cannot_be_written_is_a_sink_error_until_it_can(tmp_path: Path, records: Any) -> None:
    (tmp_path / "shop").write_text("in the way")
    sink = FileSink(tmp_path, "shop", "one")
    with pytest.raises(SinkError, match="shop"):
        sink.write(Delta(at=1.0, counts=COUNTS, sequence=1))
    (tmp_path / "shop").unlink()
    sink.write(Delta(at=1.0, counts=COUNTS, sequence=1))
    assert len(records(tmp_path)) == 1


@contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, previous)


def test_a_record_that_a_full_disk_cut_short_is_taken_back(tmp_path: Path, records: Any) -> None:
    sink = FileSink(tmp_path, "shop", "one")
    sink.write(Delta(at=1.0, counts=COUNTS, sequence=1))
    with files_no_longer_than(300), pytest.raises(SinkError, match="bytes"):
        sink.write(Delta(at=2.0, counts=COUNTS, sequence=2))
    assert len(records(tmp_path)) == 1
    sink.write(Delta(at=2.0, counts=COUNTS, sequence=2))
    assert [record["seq"] for record in records(tmp_path)] == [1, 2]


def test_a_removed_file_is_made_anew(tmp_path: Path, records: Any) -> None:
    sink = FileSink(tmp_path, "shop", "one")
    sink.write(Delta(at=1.0, sequence=1))
    for file in tmp_path.rglob("*.jsonl"):
        file.unlink()
    sink.write(Delta(at=2.0, sequence=2))
    assert [record["seq"] for record in records(tmp_path)] == [2]


def test_files_nobody_wrote_to_for_longer_than_the_retention_are_removed(tmp_path: Path) -> None:
    app = tmp_path / "shop"
    app.mkdir()
    for name, days in (("old.jsonl", 40), ("recent.jsonl", 20), ("old.txt", 40)):
        (app / name).write_text("")
        then = time.time() - days * 86400
        os.utime(app / name, (then, then))
    FileSink(tmp_path, "shop", "one").write(Delta(at=1.0))
    names = {file.name for file in app.iterdir()}
    assert {"recent.jsonl", "old.txt"} < names
    assert "old.jsonl" not in names


@pytest.mark.parametrize(
    ("url", "app", "complaint"),
    [
        ("mysql://x", "shop", "not known"), ("nonsense", "shop", "without a scheme"),
        ("file://relative/dir", "shop", "absolute"), ("file:relative", "shop", "scheme"),
        ("file:///tmp", "../up", "app name"), ("file:///tmp", "a/b", "app name"), ("file:///tmp", ".b", "app name"),
        ("redis://h", "a}b", "app name"), ("redis://h", "", "app name"), ("redis+cluster://", "shop", "its servers"),
    ],
)  # fmt: skip
def test_urls_and_names_that_cannot_be_used(url: str, app: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        open_sink(url, app)


def test_a_sink_that_is_refused_does_not_show_its_password() -> None:
    with pytest.raises(ValueError, match="not known") as caught:
        open_sink("amqp://user:s3cret@host", "shop")
    assert "s3cret" not in str(caught.value)
