def ready():
    return 1


def never():  # expect: unreached
    return 1
