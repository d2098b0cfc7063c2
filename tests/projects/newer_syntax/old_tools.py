def spoken():
    return 1


def tell():
    return 1


def untold():  # expect: unreached
    return 1
