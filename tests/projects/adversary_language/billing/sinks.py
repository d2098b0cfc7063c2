"""An abstract class with a real subclass and a registered one."""

from abc import ABC, abstractmethod
from collections.abc import Iterable


class Sink(ABC):
    @abstractmethod
    def put(self, value: int) -> None: ...

    def close(self) -> str:
        return "closed"


class ListSink(Sink):
    def __init__(self) -> None:
        self.values: list[int] = []

    def put(self, value: int) -> None:
        self.values.append(value)

    def last(self) -> int:  # expect: unreached
        return self.values[-1]


@Sink.register
class MutedSink:
    def put(self, value: int) -> None:
        print("muted", value)

    def close(self) -> str:
        return "muted"

    def unmute(self) -> None:  # expect: unreached
        pass


def drain(sink: Sink, values: Iterable[int]) -> str:
    for value in values:
        sink.put(value)
    return sink.close()
