class Rest:
    pass


class Unrest:  # expect: unreached
    pass
