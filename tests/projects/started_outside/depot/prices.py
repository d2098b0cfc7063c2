def total(item):
    return len(item) * rate()


def rate():
    return 3


def discount(item):  # expect: unreached
    return total(item) // 2
