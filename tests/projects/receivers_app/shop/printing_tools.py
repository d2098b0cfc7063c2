def draw():
    return None


def wrap():  # expect: unreached
    return None
