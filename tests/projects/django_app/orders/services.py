def total(pk):
    return 10 * pk


def refund(pk):  # expect: unreached
    return -10 * pk


def purge():
    return 0


def formatted(amount):
    return f"{amount:.2f}"


def announce(order):
    return order
