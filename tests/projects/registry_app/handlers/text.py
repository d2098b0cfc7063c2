class Text:
    pass


def listed():
    return 1
