"""Reading logs again: what is not read twice, what must be, and what a collection may never hold."""

import gzip
import json
import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.config import SourceConfig
from auditor.model.ingestion import IngestMark
from auditor.model.usage import Collection
from auditor.model.window import Window
from auditor.tracking import layout
from auditor.usage.logs.source import LogFiles
from auditor.usage.routes import RouteTable

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
WINDOW = Window.last_days(14, NOW)
KEYS = ("GET /items/{item_id}", "GET /health", "GET /files/{path:path}")
ITEM, HEALTH = KEYS[:2]


def line(at: datetime, path: str = "/items/42?x=1", status: int = 200) -> str:
    return f'10.0.0.1 - - [{at.strftime("%d/%b/%Y:%H:%M:%S %z")}] "GET {path} HTTP/1.1" {status} 8 "-" "curl/7.88.1"\n'


def day(back: int, requests: int = 3_000) -> str:
    """Return a day's log, large enough that its middle is no part of its ends."""
    start = (NOW - timedelta(days=back)).replace(hour=0)
    return "".join(line(start + timedelta(seconds=25 * n)) for n in range(requests))


class Source:
    """A source of one directory that remembers as a ledger does."""

    def __init__(self, root: Path, glob: str = "access.log*", keys: tuple[str, ...] = KEYS, **options: Any) -> None:
        self.root, self.keys = root, keys
        self.config = SourceConfig(name="edge", kind=options.pop("kind", "access_log"), path=glob, **options)
        self.marks: dict[str, IngestMark] = {}

    def collect(self, window: Window = WINDOW, **changed: Any) -> Collection:
        config = SourceConfig(**{**{f: getattr(self.config, f) for f in self.config.__struct_fields__}, **changed})
        found = LogFiles(config, self.root, self.keys, self.marks).collect(window)
        self.marks |= {mark.origin: mark for mark in found.marks}
        return found


def counts(found: Collection) -> dict[str, int]:
    sums: dict[str, int] = {}
    for sample in found.samples:
        sums[sample.key] = sums.get(sample.key, 0) + sample.count
    return sums


def alter_middle(path: Path) -> None:
    """Overwrite bytes in the middle of a file: only who reads all of it will see."""
    with path.open("r+b") as stream:
        stream.seek(path.stat().st_size // 2)
        stream.write(b"\n" + b"x" * 300 + b"\n")


def test_files_that_are_as_they_were_are_not_read_again(tmp_path: Path) -> None:
    for back in range(1, 4):
        (tmp_path / f"access.log.{back}").write_text(day(back))
    source = Source(tmp_path)
    assert counts(source.collect()) == {ITEM: 9_000}
    for path in tmp_path.iterdir():
        alter_middle(path)
    again = source.collect()
    assert again.problem is None and again.samples == () and again.watched == () and not again.only_for_use
    assert len(again.marks) == 3, "what was skipped stays marked"
    (tmp_path / "access.log").write_text(day(0, 10))
    assert counts(source.collect()) == {ITEM: 10}


def test_a_file_that_grew_or_shrank_is_read_again_and_a_shorter_one_is_told(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    path.write_text(day(1, 10))
    source = Source(tmp_path)
    (first,) = source.collect().samples
    path.write_text(day(1, 20))
    (grown,) = source.collect().samples
    assert (first.origin, first.count, grown.count) == (grown.origin, 10, 20)
    path.write_text(day(1, 5))
    shrunk = source.collect()
    assert counts(shrunk) == {ITEM: 5} and any("what was counted stays" in note for note in shrunk.notes)


def test_compressing_a_file_is_no_shrinking(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(day(1, 50))
    source = Source(tmp_path)
    (before,) = source.collect().samples
    (tmp_path / "access.log").unlink()
    (tmp_path / "access.log.1.gz").write_bytes(gzip.compress(day(1, 50).encode()))
    found = source.collect()
    assert found.samples == (before,) and found.notes == ()


@pytest.mark.parametrize(
    "changed",
    [{"timezone": "Europe/Berlin"}, {"format": "gunicorn"}, {"fields": {"path": "x"}}, {"duration_unit": "s"}],
)
def test_whoever_reads_otherwise_reads_again(tmp_path: Path, changed: Mapping[str, Any]) -> None:
    (tmp_path / "access.log").write_text(day(1, 10))
    source = Source(tmp_path)
    source.collect()
    assert source.collect().samples == ()
    assert counts(source.collect(**changed)) == {ITEM: 10}


def test_another_route_table_reads_again(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(day(1, 10))
    source = Source(tmp_path)
    source.collect()
    source.keys = ("GET /items/{item_id}/{sub}", *KEYS[1:])
    assert counts(source.collect()) == {layout.UNMATCHED: 10}


def test_a_window_that_reaches_further_back_reads_again(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(line(NOW - timedelta(days=20)) + line(NOW - timedelta(days=1)))
    source = Source(tmp_path)
    assert counts(source.collect()) == {ITEM: 1}
    assert source.collect(Window.last_days(7, NOW)).samples == ()
    assert counts(source.collect(Window.last_days(30, NOW))) == {ITEM: 2}
    assert source.collect(Window.last_days(14, NOW + timedelta(days=3))).samples == ()


def test_a_complete_log_is_watched_between_files_that_were_skipped(tmp_path: Path) -> None:
    for back in (4, 3, 2):
        (tmp_path / f"access.log.{back}").write_text(line(NOW - timedelta(days=back)))
    source = Source(tmp_path, complete=True)
    first = source.collect()
    again = source.collect()
    assert again.samples == () and again.watched == first.watched
    assert sum(one.minutes for one in again.watched) == 2 * 1440 + 1
    (tmp_path / "access.log").write_text(line(NOW - timedelta(days=1)))
    assert sum(one.minutes for one in source.collect().watched) == 3 * 1440 + 1


def test_doubts_and_notes_are_those_of_reading_everything(tmp_path: Path) -> None:
    torn = line(NOW - timedelta(hours=1)).partition(" HTTP")[0] + "\n"
    (tmp_path / "access.log.1").write_text(day(1))
    (tmp_path / "access.log").write_text(line(NOW - timedelta(hours=2)) * 20 + torn * 5 + "Traceback\n")
    source = Source(tmp_path)
    first = source.collect()
    again = source.collect()
    assert not first.only_for_use and not again.only_for_use and again.samples == ()
    assert any(note.startswith("5 lines cannot be read") for note in again.notes)
    assert any(note.startswith("1 lines are no requests") for note in again.notes)


def test_what_was_not_recorded_as_watched_is_not_marked(tmp_path: Path) -> None:
    torn = line(NOW).partition(" HTTP")[0] + "\n"
    (tmp_path / "access.log.1").write_text(day(1, 10))
    (tmp_path / "access.log").write_text(torn * 10)
    source = Source(tmp_path)
    assert source.collect().only_for_use and not source.marks
    (tmp_path / "access.log").unlink()
    (tmp_path / "access.log.2.gz").write_bytes(gzip.compress(day(2, 10).encode())[:-9])
    assert source.collect().problem is not None and not source.marks
    (tmp_path / "access.log.2.gz").unlink()
    assert source.collect().watched


def zstd(text: str) -> bytes:
    half = len(text) // 2
    compressor = zstandard.ZstdCompressor(write_checksum=True)
    skippable = b"\x50\x2a\x4d\x18\x04\0\0\0abcd"
    return compressor.compress(text[:half].encode()) + skippable + compressor.compress(text[half:].encode())


def test_zstd_is_read_in_all_its_frames_and_keeps_a_files_identity(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(day(1))
    source = Source(tmp_path)
    (before,) = source.collect().samples
    (tmp_path / "access.log.1.zst").write_bytes(zstd(day(1)))
    both = source.collect()
    assert any("copies of another" in note for note in both.notes)
    (tmp_path / "access.log").unlink()
    source.marks.clear()
    assert source.collect().samples == (before,)


@pytest.mark.parametrize("left_out", [1, 5, 400])
def test_a_zstd_file_that_is_cut_is_a_problem(tmp_path: Path, left_out: int) -> None:
    (tmp_path / "access.log").write_text(line(NOW - timedelta(hours=1)))
    (tmp_path / "access.log.1.zst").write_bytes(zstd(day(1))[:-left_out])
    found = Source(tmp_path).collect()
    assert found.problem is not None and "access.log.1.zst" in found.problem and "damaged" in found.problem
    assert found.watched == ()


def test_a_zstd_file_that_was_altered_is_a_problem(tmp_path: Path) -> None:
    content = bytearray(zstd(day(1)))
    content[len(content) // 3] ^= 0xFF
    (tmp_path / "access.log.zst").write_bytes(bytes(content))
    found = Source(tmp_path).collect()
    assert found.problem is not None and "damaged" in found.problem


def test_copytruncate_counts_what_was_and_what_comes_once(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(day(1, 50))
    source = Source(tmp_path)
    source.collect()
    (tmp_path / "access.log.1").write_text(day(1, 50))
    (tmp_path / "access.log").write_text("")
    assert counts(source.collect()) == {}
    (tmp_path / "access.log").write_text(line(NOW - timedelta(minutes=3)) * 2)
    assert counts(source.collect()) == {ITEM: 2}


HOSTILE = [
    b"\0\0\0\0", b"\xff\xfe\xe9 not utf-8\n", b'{"method":"GET","path":"/health","ts":1795156205,\n', b"plain text\n",
    b'{"method":"GET","path":"/health","status":200,"ts":1795156205,"agent":"caf\xe9"}\n',
    b'{"method":"GET","path":"/health","ts":1795156205,"x":"\\ud800"}\n', b"[1]\n", b"null\n", b"\n", b"  \n", b"{}\n",
    b'{"a":' * 2000 + b"1" + b"}" * 2000 + b"\n", b'{"method":"GET","path":"/health","ts":1795156205}{"a":1}\n',
    b'{"method":"GET","path":"\\/health","status":200,"ts":1795156205}\r\n', b'{"x":"\x01"}\n', b"a\x01b\n",
    b'{"method":"GET","path":"/items/a%2Fb%20c","status":200,"ts":1795156205}\n',
    b'{"method":"GET","path":"/items/\\u00e9","status":200,"ts":1795156205}\n',
    b'{"method":"GET","path":"/items/1","path":"/items/2","status":200,"ts":1795156205}\n',
]  # fmt: skip
GOOD = b'{"method":"GET","path":"/health","status":200,"ts":1795156205,"agent":"x"}\n'


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(HOSTILE), max_size=8), st.booleans(), st.booleans())
def test_hostile_lines_hide_no_request_and_are_all_told(
    tmp_path: Path, strange: list[bytes], bom: bool, torn: bool
) -> None:
    content = b"".join(GOOD + one for one in strange) + GOOD
    (tmp_path / "app.jsonl").write_bytes((b"\xef\xbb\xbf" if bom else b"") + content + (GOOD[:30] if torn else b""))
    found = Source(tmp_path, "app.jsonl", kind="json_log").collect()
    escaped = sum(one.count(b"\\/health") or one.count(b"caf\xe9") for one in strange)
    assert found.problem is None and counts(found).get(HEALTH, 0) == len(strange) + 1 + escaped
    items = sum(b"/items/" in one and b"%2F" not in one for one in strange)
    assert counts(found).get(ITEM, 0) == items
    told = sum(int(note.partition(" ")[0].replace(",", "")) for note in found.notes if " lines " in note)
    expected = sum(
        one.count(b"\n") for one in strange if one.strip() and not any(word in one for word in (b"/items/", b"200,"))
    )
    assert told == expected + torn


def test_a_line_of_any_length_hides_none_behind_it(tmp_path: Path) -> None:
    long = b'{"method":"GET","path":"/health","ts":1795156205,"x":"' + b"y" * 5_000_000 + b'"}\n'
    (tmp_path / "app.jsonl").write_bytes(GOOD + long + GOOD + b"z" * 40_000_000 + b"\n" + GOOD)
    found = Source(tmp_path, "app.jsonl", kind="json_log").collect()
    assert found.problem is None and counts(found)[HEALTH] >= 3
    assert counts(found)[HEALTH] == 4 or any("cannot be read" in note for note in found.notes)


SEGMENTS = st.sampled_from(
    ["a", "b", "users", "7", "22", "v7", "q.z", "\u00e9", "%41", "a%2Fb", "", "\x01", "\x011", "404", "x#y", "1.5",
     "0123456789abcdef0123456789abcdef", "users?x=/a"]
)  # fmt: skip
TEMPLATES = st.lists(
    st.sampled_from(["a", "b", "users", "404", "{x}", "{n:int}", "{p:path}", "{x}.{y}", "v{n:int}", "{f:float}",
                     "{u:uuid}", "{s:slug}", "pre{p:path}7", "\x01", "{x:int}{u:uuid}"]),
    min_size=1, max_size=4,
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(TEMPLATES.map(lambda parts: "/" + "/".join(parts)), min_size=1, max_size=6),
    st.lists(st.lists(SEGMENTS, max_size=5).map(lambda parts: "/" + "/".join(parts)), min_size=1, max_size=60),
)
def test_paths_that_are_counted_together_are_those_that_the_table_gives_one_key(
    tmp_path: Path, templates: list[str], paths: list[str]
) -> None:
    keys = tuple(f"GET {template}" for template in templates)
    rows = [{"method": "GET", "path": path, "status": 200, "ts": 1795156205} for path in paths]
    (tmp_path / "app.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = Source(tmp_path, "app.jsonl", keys, kind="json_log").collect()
    expected: dict[str, int] = {}
    for path in paths:
        key = RouteTable(keys).match_end("GET", path) or layout.UNMATCHED
        expected[key] = expected.get(key, 0) + 1
    assert counts(found) == expected


def test_a_start_that_templates_share_is_cut_off_without_mixing_paths(tmp_path: Path) -> None:
    keys = ("GET /a/{x}", "GET /a/{x}/c", "GET /a/{x}/d", "GET /b", "GET /c/b")
    rows = [
        {"method": "GET", "path": path, "status": 200, "ts": 1795156205}
        for path in ("/a/b", "/a//b", "/b", "/a", "/a/", "/a//a/b", "//b", "/a/b/c", "/a//b/c", "/c/b", "b/c", "a/b")
    ]
    (tmp_path / "app.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    table, expected = RouteTable(keys), dict[str, int]()
    for row in rows:
        key = table.match_end("GET", str(row["path"])) or layout.UNMATCHED
        expected[key] = expected.get(key, 0) + 1
    tests = table.segment_tests()
    assert tests is not None and tests.start == "/a/"
    assert counts(Source(tmp_path, "app.jsonl", keys, kind="json_log").collect()) == expected


SECRETS = ("s3cr3t-token", "987654321", "q=hunter2", "hunter2", "203.0.113.77", "Mozilla", "alice", "ghp_")


@pytest.mark.parametrize("kind", ["access_log", "json_log"])
def test_nothing_personal_is_in_a_collection(tmp_path: Path, kind: str) -> None:
    rng = random.Random(1)
    rows = []
    for number in range(300):
        at = NOW - timedelta(minutes=number)
        path = rng.choice(["/items/987654321?q=hunter2", "/reset/s3cr3t-token", "/files/alice/ghp_abc", "/health"])
        if kind == "access_log":
            rows.append(line(at, path).replace("10.0.0.1 - -", "203.0.113.77 - alice").replace("curl", "Mozilla"))
            rows.append(f'203.0.113.77 - alice [{at:%d/%b/%Y}:99 +0000] "GET {path} Mozilla\n')
        else:
            row = {
                "method": "GET",
                "path": path,
                "status": 200,
                "ts": at.timestamp(),
                "user": "alice",
                "agent": "Mozilla",
            }
            rows.append(json.dumps(row) + "\n")
            rows.append(json.dumps(row | {"ip": "203.0.113.77"})[:-5] + "\n")
            rows.append(json.dumps(row | {"route": path}) + "\n")
    (tmp_path / "access.log").write_text("".join(rows))
    found = Source(tmp_path, kind=kind).collect()
    assert found.samples and found.notes
    for text in (repr(found), repr(found.marks), "".join(found.notes)):
        assert not [secret for secret in SECRETS if secret in text]


def test_a_pattern_that_the_reader_cannot_run_is_told_with_the_mend(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(line(NOW))
    for strange in (r"(?<=x)\d+", r"\d++", r"(?P<a>x)(?P=a)", r"(x)\1", r"\d{1,2000}"):
        pattern = rf"(?P<method>\w+) (?P<path>\S+) (?P<timestamp>{strange})".replace("(?P<a>", "(?P<status>")
        found = Source(tmp_path, format="regex", pattern=pattern.replace("P=a", "P=status")).collect()
        assert found.problem is not None and "RE2" in found.problem and "pattern" in found.problem


def test_an_expression_that_is_catastrophic_elsewhere_is_none_here(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text("a" * 5_000 + "!\n" + line(NOW))
    pattern = r"^(a+)+$|\[(?P<timestamp>[^\]]+)\] \"(?P<method>\w+) (?P<path>\S+)"
    assert counts(Source(tmp_path, format="regex", pattern=pattern).collect()) == {ITEM: 1}
