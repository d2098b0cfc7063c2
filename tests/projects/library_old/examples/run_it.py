import thing

print(thing.Kept())


def shown():
    return 1
