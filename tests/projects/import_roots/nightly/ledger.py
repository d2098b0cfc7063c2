def close():
    return reopen


reopen = None


def audit():  # expect: unreached
    return None
