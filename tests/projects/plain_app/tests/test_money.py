from shop.money import for_tests


def test_money():
    assert for_tests(1)


def helper_nobody_calls():  # expect: unreached
    return 1
