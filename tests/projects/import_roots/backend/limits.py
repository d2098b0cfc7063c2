def daily(amount):
    return min(amount, ceiling())


def ceiling():
    return 100


def weekly(amount):  # expect: unreached
    return 7 * amount
