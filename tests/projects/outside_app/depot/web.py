def create_app():
    return object()


def create_old_app():  # expect: unreached
    return object()
