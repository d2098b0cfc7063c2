class Kind:
    known = []

    def __init_subclass__(cls):
        Kind.known.append(cls)


class Registered(Kind):
    def describe(self):
        return "found through the base class"


class Plain:  # expect: unreached
    pass


def every_kind():
    return [kind().describe() for kind in Kind.known]
