def load():
    return 1


load()
