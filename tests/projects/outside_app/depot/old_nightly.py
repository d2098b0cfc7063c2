# expect-module: unreached


def work():
    return 1
