def application():
    return 1
