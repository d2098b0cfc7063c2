def rebate():
    return 1


def unused_rebate():  # expect: unreached
    return 1
