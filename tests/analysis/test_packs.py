"""Packs: what was put comes back, from any number of runs at once, or nothing does."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.analysis.extraction import packs as module
from auditor.analysis.extraction.packs import Packs

TODAY = 20_000


def key(number: int) -> bytes:
    return number.to_bytes(16, "big")


def run(directory: Path, *numbers: int, size: int = 100, today: int = TODAY) -> int:
    """Ask for entries and put those that are missing, as a scan does; return how many were there."""
    packs = Packs(directory, today)
    found = 0
    for number in numbers:
        content = packs.get(key(number))
        if content is None:
            packs.put(key(number), bytes([number % 256]) * size)
        else:
            assert content == bytes([number % 256]) * size
            found += 1
    packs.save()
    return found


def test_a_run_writes_only_what_is_new(tmp_path: Path) -> None:
    assert run(tmp_path / "made" / "cache", 1, 2) == 0
    (first,) = (tmp_path / "made" / "cache").iterdir()
    before = first.stat()
    assert run(tmp_path / "made" / "cache", 1, 2, 3) == 2
    assert first.stat() == before
    assert len(list((tmp_path / "made" / "cache").iterdir())) == 2
    assert run(tmp_path / "made" / "cache", 1, 2, 3) == 3
    assert len(list((tmp_path / "made" / "cache").iterdir())) == 2


def test_packs_stay_few_and_lose_nothing(tmp_path: Path) -> None:
    for number in range(60):
        assert run(tmp_path, *range(number + 1)) == number
        assert len(list(tmp_path.iterdir())) <= 16


def test_what_nobody_uses_for_long_goes_and_what_is_used_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WASTE", 0)
    run(tmp_path, 1, 2)
    for day in range(0, 100, 3):
        run(tmp_path, 1, 100 + day, today=TODAY + day)
    packs = Packs(tmp_path, TODAY + 100)
    assert packs.get(key(1)) is not None
    assert packs.get(key(2)) is None
    packs.save()


def test_bytes_are_bounded_but_never_below_what_a_run_uses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_BYTES", 10_000)
    monkeypatch.setattr(module, "_WASTE", 1000)
    for number in range(40):
        run(tmp_path, number, size=1000)
        assert sum(one.stat().st_size for one in tmp_path.iterdir()) < 15_000
    assert run(tmp_path, *range(100, 130), size=1000) == 0
    assert run(tmp_path, *range(100, 130), size=1000) == 30


def test_entries_put_by_two_runs_at_once_are_both_kept(tmp_path: Path) -> None:
    one, other = Packs(tmp_path, TODAY), Packs(tmp_path, TODAY)
    one.put(key(1), b"1")
    other.put(key(2), b"2")
    one.save()
    other.save()
    after = Packs(tmp_path, TODAY)
    assert (after.get(key(1)), after.get(key(2))) == (b"1", b"2")
    after.save()


@pytest.mark.skipif(os.name == "nt", reason="a file that is open stays there")
def test_a_pack_that_another_run_merges_away_is_still_read(tmp_path: Path) -> None:
    for number in range(15):
        run(tmp_path, number)
    reader = Packs(tmp_path, TODAY)
    run(tmp_path, 15)
    run(tmp_path, 16)
    assert len(list(tmp_path.iterdir())) < 15
    assert [reader.get(key(number)) for number in range(15)] == [bytes([number]) * 100 for number in range(15)]
    reader.save()


def _flipped(content: bytes) -> bytes:
    place = random.Random(len(content)).randrange(len(content))
    return content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :]


DAMAGES: list[Callable[[bytes], bytes]] = [
    lambda _: b"", lambda _: b"\x00garbage" * 30, lambda content: content[: len(content) // 2],
    lambda content: content[:-1], lambda content: content + b"x", lambda content: content[1:], _flipped,
    lambda content: content[:16] + bytes(len(content) - 16), lambda content: content.replace(b"facts 2", b"facts 3"),
    lambda content: content[: -len(content) // 3] + os.urandom(len(content) // 3),
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_pack_is_a_miss_and_is_mended(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    run(tmp_path, *range(10))
    (pack,) = tmp_path.iterdir()
    pack.write_bytes(damage(pack.read_bytes()))
    run(tmp_path, *range(10))
    assert run(tmp_path, *range(10)) == 10


def test_every_flipped_bit_is_noticed(tmp_path: Path) -> None:
    run(tmp_path, 1, 2, size=20)
    (pack,) = tmp_path.iterdir()
    whole = pack.read_bytes()
    for place in range(len(whole)):
        pack.write_bytes(whole[:place] + bytes([whole[place] ^ 16]) + whole[place + 1 :])
        packs = Packs(tmp_path, TODAY)
        assert packs.get(key(1)) in (None, b"\1" * 20)
        assert packs.get(key(2)) in (None, b"\2" * 20)
        packs._release()


def test_foreign_files_are_left_alone(tmp_path: Path) -> None:
    names = ["notes.txt", "facts.pack", "facts-0123456789abcdef.pack", ".facts-0123456789abcdeg.pack"]
    for name in names:
        (tmp_path / name).write_text("mine")
        os.utime(tmp_path / name, (0, 0))
    (tmp_path / "facts-1123456789abcdef.pack").mkdir()
    (tmp_path / "facts-2123456789abcdef.pack").symlink_to("nowhere")
    os.mkfifo(tmp_path / "facts-3123456789abcdef.pack")
    for number in range(40):
        run(tmp_path, number)
    assert [(tmp_path / name).read_text() for name in names] == ["mine"] * 4
    assert {one.name for one in tmp_path.iterdir()} > {f"facts-{number}123456789abcdef.pack" for number in "123"}


def test_what_a_killed_run_left_is_taken_away_once_it_is_old(tmp_path: Path) -> None:
    left = [tmp_path / f".facts-{number}123456789abcdef.pack" for number in "12"]
    for path in left:
        path.write_bytes(b"half")
    os.utime(left[0], (time.time() - 7200, time.time() - 7200))
    run(tmp_path, 1)
    assert [path.exists() for path in left] == [False, True]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may do everything")
def test_an_unreadable_directory_is_empty(tmp_path: Path) -> None:
    run(tmp_path, 1)
    tmp_path.chmod(0)
    try:
        assert run(tmp_path, 1) == 0
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize("place", ["file", "file/below", "gone", "loop"])
def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "gone").symlink_to("nowhere/at/all")
    (tmp_path / "loop").symlink_to("loop")
    assert run(tmp_path / place, 1) == 0


def test_a_full_disk_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path, 1)
    writer = module._Writer

    class Full(writer):
        def _write(self, content: bytes) -> bool:
            self._stream.close()
            return super()._write(content)

    monkeypatch.setattr(module, "_Writer", Full)
    assert run(tmp_path, 1, 2) == 1
    monkeypatch.setattr(module, "_Writer", writer)
    assert run(tmp_path, 1, 2) == 1
    assert len(list(tmp_path.iterdir())) == 2


_AT_ONCE = """
import sys, random
from pathlib import Path
from auditor.analysis.extraction.packs import Packs
chance = random.Random(int(sys.argv[2]))
for _ in range(int(sys.argv[3])):
    packs = Packs(Path(sys.argv[1]))
    for number in chance.sample(range(200), 20):
        content = packs.get(number.to_bytes(16, "big"))
        assert content is None or content == bytes([number]) * 3000, number
        if content is None:
            packs.put(number.to_bytes(16, "big"), bytes([number]) * 3000)
    packs.save()
print("whole")
"""


def test_processes_at_once_and_killed_ones_never_break_a_cache(tmp_path: Path) -> None:
    def started(seed: int, rounds: int) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", _AT_ONCE, str(tmp_path), str(seed), str(rounds)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    steady = [started(seed, 60) for seed in range(3)]
    chance = random.Random(5)
    for seed in range(100, 106):
        victim = started(seed, 10_000)
        time.sleep(0.15 + chance.random() / 5)
        victim.send_signal(signal.SIGKILL)
        victim.communicate(timeout=30)
    assert [one.communicate(timeout=60)[0] for one in steady] == ["whole\n"] * 3
    for one in tmp_path.glob(".facts-*"):
        os.utime(one, (0, 0))
    run(tmp_path, *range(200), size=3000)
    assert run(tmp_path, *range(200), size=3000) == 200
    assert len(list(tmp_path.iterdir())) <= 17
