"""Answers out of the ledger, in threads of the service's own. In: questions. Out: their answers, or BusyError.

A ledger that is locked must not take the threads of the application that the service is mounted in, so there are a few
threads for this alone. Whoever asks the same question while it is being read shares the answer, if it was begun to be
read after they asked: so a thousand requests at once are a few readings, and what a collector wrote is seen at once.
Nobody waits longer than a bound. Never keeps more than a few answers.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

_THREADS = 8
_MOST_WAITING = 5_000
_MOST_KEPT = 8
SECONDS = 20.0


@dataclass(frozen=True)
class Answer:
    """What is sent: status, body and media type."""

    status: int
    body: bytes
    media_type: str = "application/json"


class BusyError(Exception):
    """No answer in time."""


Question = tuple[str, int]
"""What is asked, and for how many days (0 where that does not matter)."""
_Asked = tuple["Future[Answer]", Question, float, Callable[[], Answer]]


class Answers:
    """Reads answers. `seconds` is how long one request may wait; `ticks` a clock that never goes back."""

    def __init__(self, seconds: float = SECONDS, ticks: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._ticks = ticks
        self._asked: queue.Queue[_Asked] = queue.Queue(_MOST_WAITING)
        self._threads = 0
        self._reading = [threading.Lock() for _ in range(2 * _THREADS)]
        self._kept: dict[Question, tuple[float, Answer]] = {}
        self._keeping = threading.Lock()

    async def give(self, question: Question, read: Callable[[], Answer]) -> Answer:
        """Return what `read` gives, or gave to someone else who asked the same, if it began after this call.

        Raises:
            BusyError: It took too long, or too many wait.
        """
        promised: Future[Answer] = Future()
        try:
            self._asked.put_nowait((promised, question, self._ticks(), read))
        except queue.Full:
            raise BusyError from None
        self._start_a_thread()
        try:
            return await asyncio.wait_for(asyncio.wrap_future(promised), self._seconds)
        except TimeoutError:
            raise BusyError from None

    def _start_a_thread(self) -> None:
        """Start one more thread up to the most; daemons, since a database that hangs must not keep a process alive."""
        if self._threads < _THREADS:
            self._threads += 1
            threading.Thread(target=self._work, name="auditor-service", daemon=True).start()

    def _work(self) -> None:
        while True:
            promised, question, asked_at, read = self._asked.get()
            if not promised.set_running_or_notify_cancel():
                continue
            try:
                promised.set_result(self._shared(question, asked_at, read))
            except BaseException as error:  # noqa: BLE001 -- raised to whoever asked; the thread goes on
                promised.set_exception(error)
            del promised, read  # an idle thread holds on to nothing

    def _shared(self, question: Question, asked_at: float, read: Callable[[], Answer]) -> Answer:
        with self._reading[hash(question) % len(self._reading)]:
            begun, answer = self._kept.get(question, (float("-inf"), None))
            if answer is not None and begun >= asked_at:
                return answer
            begun = self._ticks()
            answer = read()
            self._keep(question, begun, answer)
            return answer

    def _keep(self, question: Question, begun: float, answer: Answer) -> None:
        with self._keeping:
            self._kept.pop(question, None)
            self._kept[question] = (begun, answer)
            while len(self._kept) > _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
