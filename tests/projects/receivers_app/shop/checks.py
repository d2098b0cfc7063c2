"""What tests tell of a name: branches, early returns, `and`, `not`, tuples of classes, patterns."""

from shop.models import Invoice, Order, Refund, Voucher


def run(documents):
    for one in documents:
        show(one)
        sum_up(one)
        give_back(one)
        put_away(one)
        match_kind(one)
        assume(one)
        by_type(one)


def show(document):
    if isinstance(document, Order):
        return document.label()
    elif not isinstance(document, Refund):
        return None
    return document.label()


def sum_up(document):
    return document.total() if isinstance(document, (Order, Invoice)) else 0


def give_back(document):
    if not isinstance(document, Refund):
        raise TypeError
    document.cancel()


def put_away(holder):
    if isinstance(holder.document, Voucher) and holder.document.archive():
        return [one.ship() for one in holder.rest if isinstance(one, Order)]
    return []


def match_kind(document):
    match document:
        case Order() as order:
            return order.archive()
        case Invoice():
            return document.total()


def assume(document: "Order | Invoice"):
    if isinstance(document, Invoice):
        return document.total()
    else:
        return document.ship()


def by_type(document):
    if type(document) is not Order:
        return None
    assert isinstance(document, Order)
    return document.archive()
