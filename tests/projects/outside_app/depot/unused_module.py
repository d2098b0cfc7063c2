# expect-module: unreached
# Packaging lists, checkers' settings, path filters, image names and loggers mention it; none of them imports it.


def anything():
    return 1
