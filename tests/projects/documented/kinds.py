class Argument:
    pass


class Element:
    pass


class Result:
    pass


class Unused:  # expect: unreached
    pass
