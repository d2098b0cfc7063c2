# expect-module: unreached
def go(text):
    return eval(text)


def dead_with_it():
    return 1
