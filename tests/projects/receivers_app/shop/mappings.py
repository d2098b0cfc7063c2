"""What a typed mapping gives for a key: its own objects, or the default handed in."""


class Card:
    def fee(self):
        return 2

    def charge(self):
        return 2

    def refund(self):
        return 2

    def settle(self):
        return 2


class Cash:
    def fee(self):
        return 0

    def charge(self):
        return 0

    def refund(self):
        return 0

    def settle(self):
        return 0


class Voucher:
    def fee(self):  # expect: unreached
        return 1

    def charge(self):  # expect: unreached
        return 1

    def refund(self):  # expect: unreached
        return 1


METHODS: dict[str, Card] = {"card": Card()}
CLASSES: dict[str, type[Card]] = {"card": Card}


class Till:
    def __init__(self) -> None:
        self.known: dict[str, Card] = {}
        self.cash = Cash()

    def refund(self, kind: str):
        method = self.known.get(kind, self.cash)
        return method.refund()


def fee(kind: str):
    return METHODS.get(kind, Cash()).fee()


def charge(kind: str, known: dict[str, Card]):
    method = known.pop(kind, Cash())
    return method.charge()


def settle(kind: str):
    return CLASSES.get(kind, Cash)().settle()


def run():
    print(Voucher(), fee("card"), charge("cash", dict(METHODS)), Till().refund("cash"), settle("card"))
