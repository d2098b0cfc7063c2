import pytest

pytest_plugins = ["pytester"]


@pytest.fixture
def frozen():
    return 3


def pytest_collection_modifyitems(items):
    items.sort()


def helper_of_nobody():  # expect: unreached
    return None
