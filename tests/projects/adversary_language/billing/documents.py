"""Two classes that stand in for each other without a common base."""


class Invoice:
    def __init__(self, amount: int) -> None:
        self._amount = amount

    def amount(self) -> int:
        return self._amount

    def label(self) -> str:
        return "invoice"

    def due(self) -> int:  # expect: unreached
        return 30


class CreditNote:
    def __init__(self, amount: int) -> None:
        self._amount = amount

    def amount(self) -> int:
        return -self._signed()

    def _signed(self) -> int:
        return self._amount

    def label(self) -> str:
        return "credit"

    def refund(self) -> int:  # expect: unreached
        return 0
