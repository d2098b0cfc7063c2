from support import check


def test_it():
    assert check(1)
