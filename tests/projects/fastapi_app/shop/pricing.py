def discount(amount):
    return amount * 0.9


def price_for_users(user):
    return discount(10)


def only_for_the_forgotten_router():  # expect: unreached
    return 0


def helper_of_the_shadowed_handler():  # expect: unreached
    return "canned"
