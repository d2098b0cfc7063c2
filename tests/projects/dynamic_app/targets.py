def by_string():
    return 1


def get_one():
    return 1


def put_one():  # expect: unreached
    return 1
