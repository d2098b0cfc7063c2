"""Runs every part of the project."""

import constants  # expect: local
import exports
import greetings
import registry
from billing.desk import Desk, open_desk
from billing.documents import CreditNote, Invoice
from billing.ledgers import CachedLedger, FakeLedger, settle
from billing.sinks import ListSink, MutedSink, drain
from shapes import Circle, Options, Pen, describe, draw


def main() -> None:
    desk = Desk(CachedLedger())
    desk.file("first", CreditNote(3))
    print(desk.total([CreditNote(1), Invoice(2)]), desk.find("first").label())
    print(open_desk("fake").balance(), settle(FakeLedger()))
    print(drain(ListSink(), [1]), drain(MutedSink(), [2]))
    print([one() for one in registry.NAMES.values()], describe(Circle(2)))
    print(draw(), draw(Pen()), {**Options()})
    print([one.export() for one in registry.every(registry.Exporter)])


if __name__ == "__main__":
    main()
