class Circle:
    def area(self):
        return 3


def make():
    return Circle()


def _private():  # expect: unreached
    return None
