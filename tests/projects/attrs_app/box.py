import attr
from attrs import Factory, define, field


def to_grams(value):
    return int(value)


def to_ounces(value):  # expect: unreached
    return int(value)


def positive(instance, attribute, value):
    if value < 0:
        raise ValueError(attribute.name)


@define
class Box:
    weight: int = field(converter=to_grams, validator=positive)
    label: str = field()
    tags: list = Factory(list)

    @label.default
    def _name_it(self):
        return self.shown()

    @weight.validator
    def _check_weight(self, attribute, value):
        return value

    def __attrs_post_init__(self):
        self.settle()

    def settle(self):
        return None

    def unsettle(self):  # expect: unreached
        return None

    def shown(self):
        return "box"


@attr.s
class Crate:
    size = attr.ib(default=1)
    cover = attr.ib()

    @cover.default
    def _find_cover(self):
        return self.size

    @size.validator
    def _check(self, attribute, value):
        return value

    def reopened(self):  # expect: unreached
        return self.cover


@define
class Barrel:  # expect: unreached
    litres: int = 1


if __name__ == "__main__":
    print(Box(1), Crate())
