"""Processes that work on parts of a whole.

In: parts, and what to do with one. Out: each part's answer as bytes, as they come. A worker that dies leaves its part
undone; Ctrl-C, an error or the end of the caller ends all of them at once. Nothing is printed by a worker.
"""

import contextlib
import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Generic, TypeVar

_Part = TypeVar("_Part")


class _Worker(Generic[_Part]):
    """A worker with the numbers of the parts it was given and has not answered."""

    def __init__(self, process: BaseProcess, line: Connection) -> None:
        self.process = process
        self.line = line
        self.given: list[int] = []


def answers(parts: Sequence[_Part], work: Callable[[_Part], bytes], jobs: int) -> Iterator[tuple[int, bytes]]:
    """Yield the number of a part with its answer; those that no worker answered are left out.

    Args:
        parts: Given out in this order.
        work: A function of a module.
        jobs: How many processes, 1 or more.
    """
    forked = "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1
    workers: list[_Worker[_Part]] = []
    waiting = iter(range(len(parts)))

    def give(worker: _Worker[_Part]) -> None:
        number = next(waiting, None)
        if number is not None:
            worker.given.append(number)
            worker.line.send(number if forked else parts[number])

    try:
        _start(workers, parts, work, min(jobs, len(parts)), forked=forked)
        for worker in [*workers, *workers] if forked else workers:  # forked ones get a number ahead: they never wait
            with contextlib.suppress(OSError):
                give(worker)
        while busy := {worker.line: worker for worker in workers if worker.given}:
            for line in wait(list(busy)):
                worker = busy[line]  # type: ignore[index]  # these are the lines it was given
                try:
                    answer = worker.line.recv_bytes()
                    number = worker.given.pop(0)
                    give(worker)
                except (EOFError, OSError):
                    worker.given.clear()
                    continue
                yield number, answer
    finally:
        for worker in workers:
            worker.process.kill()
        for worker in workers:
            worker.process.join()
            worker.line.close()


def _start(
    workers: list[_Worker[_Part]],
    parts: Sequence[_Part],
    work: Callable[[_Part], bytes],
    jobs: int,
    *,
    forked: bool,
) -> None:
    context = multiprocessing.get_context("fork" if forked else "spawn")
    if forked:
        gc.freeze()  # nothing that is there before is looked at, and so copied, in a worker
    with _interrupts_held(), contextlib.suppress(OSError):  # fewer workers, or none, are no error
        for _ in range(jobs):
            ours, theirs = context.Pipe()
            lines = [*(worker.line for worker in workers), ours] if forked else []
            process = context.Process(target=_serve, args=(theirs, parts if forked else None, work, lines), daemon=True)  # type: ignore[attr-defined]  # both contexts have it
            process.start()
            theirs.close()
            workers.append(_Worker(process, ours))
    if forked:
        gc.unfreeze()


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back until workers know what to do with it, where that can be."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(
    line: Connection, parts: Sequence[_Part] | None, work: Callable[[_Part], bytes], others: Sequence[Connection]
) -> None:
    """Answer until nobody asks any more. `others` are the caller's ends, which would keep siblings waiting for it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    for other in others:
        other.close()
    with contextlib.suppress(EOFError, OSError):
        while True:
            asked = line.recv()
            line.send_bytes(work(asked if parts is None else parts[asked]))
    os._exit(0)
