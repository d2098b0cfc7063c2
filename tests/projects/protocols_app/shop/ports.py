"""What others have to look like. Nothing inherits from the first two."""

from typing import Protocol, runtime_checkable


class Sender(Protocol):
    address: str
    _version: str = "1"

    def send(self, text: str) -> "Receipt": ...


class Receipt(Protocol):
    def confirm(self) -> bool: ...

    def print_out(self) -> str: ...


class Store(Protocol):
    def put(self, key: str) -> None: ...

    def drop(self, key: str) -> None: ...


@runtime_checkable
class Closable(Protocol):
    def close_down(self) -> None: ...
