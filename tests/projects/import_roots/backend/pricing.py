# expect-module: test_only
def price(amount):
    return 2 * amount
