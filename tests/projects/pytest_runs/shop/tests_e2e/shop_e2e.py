from shop.main import run, tested_only
from shop.tests_e2e.browser import opened


def test_the_shop() -> None:
    assert run() and tested_only() and opened()
