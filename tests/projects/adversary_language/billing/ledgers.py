"""A ledger, and what is given in its place although it extends nothing: annotations do not bind Python."""

from typing import Any, cast


class Entry:
    def text(self) -> str:
        return "entry"


class ShortEntry:
    def text(self) -> str:
        return "short"

    def long_text(self) -> str:  # expect: unreached
        return "long"


class Ledger:
    def balance(self) -> int:
        return 0

    def last(self) -> Entry:
        return Entry()

    def wipe(self) -> None:  # expect: unreached
        pass


class FakeLedger:
    def balance(self) -> int:
        return 1

    def close(self) -> str:
        return "closed"


class CachedLedger:
    def balance(self) -> int:
        return self._remembered()

    def _remembered(self) -> int:
        return 2

    def last(self) -> ShortEntry:
        return ShortEntry()

    def forget(self) -> None:  # expect: unreached
        pass


class ClosingLedger(Ledger):
    def close(self) -> str:
        return "closing"


def settle(given: Any) -> str:
    return cast(ClosingLedger, FakeLedger()).close() + str(given is None)
