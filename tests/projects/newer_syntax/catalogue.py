def find_by_name():
    return 1


def list_all():  # expect: unreached
    return 1
