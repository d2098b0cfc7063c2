def apart():  # expect: unreached
    return 1


USED = 1
