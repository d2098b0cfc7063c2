# expect-module: unreached
# It calls something when it is imported, as what registers does, but no program would.
from depot.carriers import Post


def join(carrier):
    return carrier


join(Post())
