from shop.health_check import is_well


def run() -> bool:
    return is_well()


def tested_only() -> int:  # expect: test_only
    return 1


def nobody() -> int:  # expect: unreached
    return 2
