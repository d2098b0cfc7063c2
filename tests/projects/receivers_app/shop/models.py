"""Four classes with the same method names, so that only the receiver tells which of them is meant."""


class Order:
    def total(self):
        return 1

    def label(self):
        return "order"

    def cancel(self):  # expect: unreached
        return None

    def ship(self):
        return None

    def archive(self):
        return None


class Refund:
    def total(self):  # expect: unreached
        return 2

    def label(self):
        return "refund"

    def cancel(self):
        return None

    def ship(self):  # expect: unreached
        return None

    def archive(self):  # expect: unreached
        return None


class Invoice:
    def total(self):
        return 3

    def label(self):  # expect: unreached
        return "invoice"

    def cancel(self):  # expect: unreached
        return None

    def ship(self):  # expect: unreached
        return None

    def archive(self):  # expect: unreached
        return None


class Voucher:
    def total(self):  # expect: unreached
        return 4

    def label(self):  # expect: unreached
        return "voucher"

    def archive(self):
        return None
