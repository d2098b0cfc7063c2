"""Ways to pay, registered by name."""

PROVIDERS = {}


def provider(name):
    def register(function):
        PROVIDERS[name] = function
        return function

    return register


@provider("card")
def pay_by_card(cents):
    return f"card:{cents}"


@provider("invoice")
def pay_by_invoice(cents):
    return f"invoice:{cents}"


def pay(name, cents):
    if name not in PROVIDERS:
        raise ValueError(f"no such way to pay: {name}")
    return PROVIDERS[name](cents)
