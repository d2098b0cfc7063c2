def add(name):
    print(name)


def remove(name):  # expect: unreached
    print(name)
