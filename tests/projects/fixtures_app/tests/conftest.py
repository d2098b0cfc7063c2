import pytest


@pytest.fixture
def items():
    return [1]


@pytest.fixture
def old_items():  # expect: unreached
    return [1]


@pytest.fixture
def old_shelf(old_items, items):  # expect: unreached
    return {"items": old_items}


@pytest.fixture(autouse=True)
def clean():
    yield


@pytest.fixture
def configured():
    return None


@pytest.fixture(name="shelf")
def make_shelf(items):
    return items


@pytest.fixture(name="cellar")
def make_cellar():  # expect: unreached
    return {}


@pytest.fixture
def marked():
    yield


@pytest.fixture
def looked_up():
    return 1


@pytest.fixture
def indirectly(request):
    return request.param


@pytest.fixture
def event_loop_policy():
    return None


@pytest.fixture
def celery_config():
    return {}
