def money(amount):
    return f"{amount:.2f}"


def percent(amount):  # expect: unreached
    return f"{amount:.0f} %"
