from backend.pricing import price


def test_price():
    assert price(1) == 2
