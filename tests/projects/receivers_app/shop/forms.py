"""Fields: TypedDict, dataclass and inherited attributes of a class that another one holds."""

from typing import TypedDict


class Widget:
    def draw(self):
        return ""

    def clear(self):
        return ""

    def hide(self):  # expect: unreached
        return ""


class Button:
    def draw(self):  # expect: unreached
        return ""

    def clear(self):  # expect: unreached
        return ""


class Options(TypedDict):
    widget: Widget
    name: str


class Holder:
    widget: Widget


class Child(Holder):
    def show(self):
        return self.widget.draw()


def run():
    options: Options = {"widget": Widget(), "name": ""}
    options["widget"].clear()
    Child().show(), Button()
