def wrap():
    return None


def draw():  # expect: unreached
    return None


class Ribbon:
    def tie(self):
        return None


class String:  # expect: unreached
    def tie(self):
        return None
