class Carrier:
    pass


class Other:  # expect: unreached
    pass
