DATABASES = {"default": {}}  # expect: unreached


def test_nothing():
    assert 1
