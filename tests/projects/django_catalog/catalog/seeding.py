def fill(apps):
    return None


def drain(apps):  # expect: unreached
    return None
