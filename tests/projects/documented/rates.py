def rounded(amount):
    return amount


def shown_in_module(amount):
    return amount


def hidden(amount):  # expect: unreached
    return amount
