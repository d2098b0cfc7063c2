def setup():
    return _inner()


def _inner():
    return 1
