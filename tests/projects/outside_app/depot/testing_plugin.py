def pytest_configure(config):
    config.depot = True


def left_over():  # expect: unreached
    return None
