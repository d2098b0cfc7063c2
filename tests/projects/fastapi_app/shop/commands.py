from shop.pricing import discount


def reindex():
    return discount(3)


def forgotten_command():  # expect: unreached
    return 1
