SHOP_RULES = True


def rule_discount(order):
    return half(order)


def discount_of_old(order):  # expect: unreached
    return order


def half(order):
    return order / 2
