def work(engine):
    return engine


def rest():  # expect: unreached
    return 1
