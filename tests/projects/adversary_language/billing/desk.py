"""Uses ledgers and documents by what their annotations say."""

from billing.documents import Invoice
from billing.ledgers import FakeLedger, Ledger

LEDGERS = {"real": Ledger, "fake": FakeLedger}


class Desk:
    _filed: dict[str, Invoice]

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._filed = {}

    def file(self, key: str, document: Invoice) -> None:
        self._filed[key] = document

    def find(self, key: str) -> Invoice:
        print(self.ledger.last().text())
        return self._filed[key]

    def total(self, documents: list[Invoice]) -> int:
        return sum(one.amount() for one in documents) + self.ledger.balance()


def open_desk(kind: str) -> Ledger:
    return LEDGERS[kind]()
