def load_ipython_extension(ipython):
    ipython.register_magic_function(print)


def other(ipython):  # expect: unreached
    return None
