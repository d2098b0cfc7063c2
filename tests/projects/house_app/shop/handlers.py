"""Nothing imports this file: the bus does, by the decorators."""

from shop.bus import bus, check, subscribe


@subscribe("order.paid")
def on_paid(event):
    return receipt(event)


@bus.on_error
def on_error(error):
    return error


@check
def only_checked():  # expect: test_only
    return sample()


def sample():  # expect: test_only
    return 1


def receipt(event):
    return event


def on_refunded(event):  # expect: unreached
    return event
