class Bound:
    pass


class Default:
    pass


class Element:
    pass


class Failed(Exception):
    pass


class Late:
    pass


class Old(Exception):
    pass


class Timed(Exception):
    pass


class Unbound(Exception):
    pass


class Nowhere:  # expect: unreached
    pass
