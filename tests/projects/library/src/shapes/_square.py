class Square:
    def __init__(self, side):
        self.side = side

    def area(self):
        return self._squared()

    def perimeter(self):
        return 4 * self.side

    def _squared(self):
        return self.side**2

    def _unused(self):  # expect: unreached
        return None


def hidden():  # expect: unreached
    return None
