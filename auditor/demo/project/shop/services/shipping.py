"""Shipping costs, by weight. Being rewritten."""


def cost(grams):
    return RATES[-1][1] if grams > RATES[-1][0] else next(price for limit, price in RATES if grams <= limit)


RATES = ((500, 390), (2000, 590), (10000, 990))
