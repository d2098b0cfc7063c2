def home():
    return 1


def gone():  # expect: unreached
    return 1
