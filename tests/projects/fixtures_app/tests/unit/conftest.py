import pytest


@pytest.fixture
def items():
    return [2]


@pytest.fixture
def unit_only():  # expect: unreached
    return None
