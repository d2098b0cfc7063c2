"""Classes that a `match` takes apart."""


class Circle:
    __match_args__ = ("radius",)

    def __init__(self, radius: int) -> None:
        self._radius = radius

    @property
    def radius(self) -> int:
        return self._radius

    @property
    def area(self) -> float:  # expect: unreached
        return 3.14 * self._radius**2


def describe(shape: object) -> str:
    match shape:
        case Circle(radius):
            return f"circle of {radius}"
    return "something"
