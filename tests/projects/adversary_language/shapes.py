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


class Pen:
    def draw(self) -> str:
        return "pen"


class Brush:
    def draw(self) -> str:
        return "brush"

    def clean(self) -> None:  # expect: unreached
        pass


def draw(tool: Pen = Brush()) -> str:
    return tool.draw()


class Options:
    def keys(self) -> list[str]:
        return ["a"]

    def __getitem__(self, key: str) -> str:
        return key
