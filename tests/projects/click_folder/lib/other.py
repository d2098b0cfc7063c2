# expect-module: unreached
def forgotten():
    return None
