import thing

print(thing.Kept())


def forgotten():  # expect: unreached
    return 1
