def sync():
    return 1


def unused():  # expect: unreached
    return 1
