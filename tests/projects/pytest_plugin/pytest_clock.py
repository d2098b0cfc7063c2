import pytest


def pytest_addoption(parser):
    parser.addoption("--clock")


@pytest.fixture
def clock():
    return _now()


def _now():
    return 0


def _unused():  # expect: unreached
    return 1
