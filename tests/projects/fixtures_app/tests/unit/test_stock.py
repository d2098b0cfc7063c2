import pytest

from stock import count


def test_count(shelf):
    assert count(shelf)


@pytest.mark.usefixtures("marked")
def test_marked(request):
    assert request.getfixturevalue("looked_up")


@pytest.mark.parametrize("indirectly", [1, 2], indirect=True)
def test_indirect(indirectly):
    assert indirectly


class TestShelf:
    @pytest.fixture
    def own(self):
        return 1

    @pytest.fixture
    def own_old(self):  # expect: unreached
        return 1

    def test_own(self, own):
        assert own
