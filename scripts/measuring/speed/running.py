"""One run of a program: how long, how much CPU, how much memory, what it said.

In: a command. Out: a `Ran` or a `Memory`. Times come from the kernel's account of the process and all its children;
memory of all processes together is sampled, in runs of their own, since looking costs time.
"""

import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from measuring.fetching import MeasuringError

_SHARE = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)
_HIGHEST = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)
_SAMPLE = 0.02


class Ran(NamedTuple):
    """What a run took, children included.

    `peak` is the largest resident set of one of its processes, in bytes; the kernel counts this process's own size at
    the start of the run as well, so what needs less than that is not told from it.
    """

    code: int
    wall: float
    cpu: float
    peak: int
    stdout: str
    stderr: str
    timed_out: bool = False


class Memory(NamedTuple):
    """Peaks in bytes: the largest process, and all processes together with shared pages counted once."""

    largest: int
    together: int


def timed(
    command: Sequence[str | Path], cwd: Path, environment: Mapping[str, str], timeout: float,
    beside: Callable[[int], None] = lambda _: None,
) -> Ran:  # fmt: skip
    """Run a command to its end, or to the end of its time; `beside` is called with its process id meanwhile."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command], cwd=cwd, env=dict(environment), stdout=out, stderr=err,
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        stopped = threading.Event()

        def stop() -> None:
            stopped.set()
            os.killpg(process.pid, signal.SIGKILL)

        clock = threading.Timer(timeout, stop)
        clock.start()
        try:
            beside(process.pid)
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        finally:
            clock.cancel()
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        texts = [_text(file.fileno()) for file in (out, err)]
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024
    return Ran(process.returncode, wall, cpu, peak, texts[0], texts[1], stopped.is_set())


def _text(descriptor: int) -> str:
    size = os.fstat(descriptor).st_size
    return os.pread(descriptor, size, 0).decode("utf-8", "replace") if size else ""


def memory(command: Sequence[str | Path], cwd: Path, environment: Mapping[str, str], timeout: float) -> Memory:
    """Run a command and watch how much memory all its processes hold together; Linux alone tells."""
    largest = together = 0

    def watch(pid: int) -> None:
        nonlocal largest, together
        while (state := _state(pid)) and state != "Z":
            family = _family(pid)
            largest = max(largest, *(_told(one, "status", _HIGHEST) for one in family))
            together = max(together, sum(_told(one, "smaps_rollup", _SHARE) for one in family))
            time.sleep(_SAMPLE)

    ran = timed(command, cwd, environment, timeout, watch)
    if ran.timed_out or ran.code:
        raise MeasuringError(f"{' '.join(map(str, command))[:120]} exited {ran.code} while its memory was watched")
    return Memory(largest, max(together, largest))


def _state(pid: int) -> str:
    """Return the kernel's letter for a process, empty where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0]
    except OSError:
        return ""


def _family(pid: int) -> list[int]:
    """Return a process and all below it."""
    found = [pid]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += map(int, children.read_text("ascii").split())
            except OSError:
                continue
    return found


def _told(pid: int, file: str, form: re.Pattern[str]) -> int:
    """Return what the kernel tells of a process's memory, in bytes; 0 where it has ended."""
    try:
        return parse_kilobytes(Path(f"/proc/{pid}/{file}").read_text("utf-8", "replace"), form)
    except OSError:
        return 0


def parse_kilobytes(text: str, form: re.Pattern[str] = _SHARE) -> int:
    """Return the bytes on the line of one kind of memory (default: with shared pages in parts), 0 without one."""
    found = form.search(text)
    return int(found[1]) * 1024 if found else 0
