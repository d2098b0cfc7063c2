"""Work for the processor alone, in small functions as applications have them. In: a name, times, rounds. Out: seconds.

Run by interpreters that have nothing installed: `python -m measuring.tracking.workloads NAME TIMES ROUNDS`, with
`AUDITOR_SINK` set. The functions of this module are tracked and not tracked in turns. Prints a line a round: the CPU
seconds of the working thread without, once more without, and with.
"""

import asyncio
import heapq
import random
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any


class Packet:
    """Something that workers pass on."""

    def __init__(self, kind: int, value: int) -> None:
        self.kind = kind
        self.value = value

    @property
    def is_done(self) -> bool:
        """Return whether nobody has to work on it any more."""
        return self.value <= 0

    def shrunk(self) -> "Packet":
        """Return what is left of it."""
        return Packet((self.kind + 1) % 3, self.value - 1)


class Worker:
    """Takes packets in the order of their arrival."""

    def __init__(self, kind: int) -> None:
        self.kind = kind
        self.waiting: deque[Packet] = deque()

    def take(self, packet: Packet) -> None:
        """Have a packet wait."""
        self.waiting.append(packet)

    def work(self, office: "Office") -> int:
        """Work on one packet; return how many were finished."""
        if not self.waiting:
            return 0
        packet = self.waiting.popleft()
        if packet.is_done:
            return 1
        office.send(packet.shrunk())
        return 0


class Office:
    """Workers that take turns, as in the old benchmark of an operating system's scheduler."""

    def __init__(self) -> None:
        self.workers = [Worker(kind) for kind in range(3)]

    def send(self, packet: Packet) -> None:
        """Give a packet to the worker of its kind."""
        self.workers[packet.kind].take(packet)

    def run(self, wanted: int) -> int:
        """Work until so many packets are finished; return the number of turns."""
        done = turns = 0
        while done < wanted:
            done += self.workers[turns % 3].work(self)
            turns += 1
        return turns


def scheduling() -> int:
    """Pass packets between objects: calls of methods."""
    office = Office()
    for number in range(60):
        office.send(Packet(number % 3, 40))
    return office.run(60)


TEXT = "[" + ",".join(f'{{"number":{one},"names":["a{one}","b"],"inner":[[1,2],[{one}]]}}' for one in range(40)) + "]"


class Parser:
    """Reads a subset of JSON, a function a rule."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def next(self) -> str:
        """Return the next character and pass it."""
        self.at += 1
        return self.text[self.at - 1]

    def value(self) -> Any:  # noqa: ANN401 - any value of JSON
        """Read a value of any kind."""
        first = self.text[self.at]
        if first == "[":
            return list(self.members(self.value, "]"))
        if first == "{":
            return dict(self.members(self.pair, "}"))
        return self.string() if first == '"' else self.number()

    def members(self, read: Callable[[], Any], end: str) -> Iterator[Any]:
        """Read what stands between brackets."""
        self.next()
        while True:
            yield read()
            if self.next() == end:
                return

    def pair(self) -> tuple[str, Any]:
        """Read a name and its value."""
        name = self.string()
        self.next()
        return name, self.value()

    def string(self) -> str:
        """Read a string without escapes."""
        end = self.text.index('"', self.at + 1)
        found, self.at = self.text[self.at + 1 : end], end + 1
        return found

    def number(self) -> int:
        """Read a whole number."""
        start = self.at
        while self.text[self.at].isdigit():
            self.at += 1
        return int(self.text[start : self.at])


def parsing() -> int:
    """Parse a text: recursion, and generators that start often."""
    return len(Parser(TEXT).value())


def neighbours(place: int) -> Iterator[tuple[int, int]]:
    """Yield the places that can be reached from one, and how far they are."""
    for step in (1, 7, 20):
        yield (place * step + 3) % 400, step + place % 5


def distance(start: int) -> dict[int, int]:
    """Return how far every place is."""
    found: dict[int, int] = {}
    waiting = [(0, start)]
    while waiting:
        far, place = heapq.heappop(waiting)
        if place in found:
            continue
        found[place] = far
        for other, step in neighbours(place):
            if other not in found:
                heapq.heappush(waiting, (far + step, other))
    return found


def searching() -> int:
    """Find ways through a graph: a generator that goes on often."""
    return sum(distance(start)[start] + len(distance(start)) for start in range(2))


async def echo(value: int) -> int:
    """Return the same, after all others had a turn."""
    await asyncio.sleep(0)
    return value


async def conversation(turns: int) -> int:
    """Await something a number of times."""
    total = 0
    for value in range(turns):
        total += await echo(value)
    return total


def awaiting() -> int:
    """Run coroutines that take turns."""

    async def together() -> int:
        return sum(await asyncio.gather(*(conversation(20) for _ in range(20))))

    return asyncio.run(together())


def step(value: float) -> float:
    """Return a number's successor."""
    return value * 0.5 + 1


def calling() -> float:
    """Call the smallest of functions: the most that tracking calls could cost."""
    value = random.random()
    for _ in range(10_000):
        value = step(value)
    return value


WORKLOADS: dict[str, Callable[[], object]] = {
    one.__name__: one for one in (scheduling, parsing, searching, awaiting, calling)
}


def main() -> None:
    """Measure as the command line says."""
    name, times, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    from auditor.tracking import functions

    for turn in range(rounds):
        taken = [0.0, 0.0, 0.0]
        for place in range(3):
            which = (turn + place) % 3
            if which == 2:
                functions.start(packages=["measuring.tracking.workloads"])
            else:
                functions.stop()
            WORKLOADS[name]()  # as the interpreter adapts to the change, and counts
            begun = time.thread_time()
            for _ in range(times):
                WORKLOADS[name]()
            taken[which] = time.thread_time() - begun
        print(*taken)


if __name__ == "__main__":
    main()
