def euro(amount):
    return f"{amount} EUR"


def guilder(amount):  # expect: unreached
    return f"{amount} NLG"
