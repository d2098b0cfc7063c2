"""What start-up code may be asked to know of a framework.

In: nothing. Out: `Model`, which `routes_*` fill. A model knows objects by kinds of its own, and evaluates nothing.
"""

from collections.abc import Mapping
from typing import ClassVar

from auditor.analysis.routing.startup.values import Abstract, Class, Instance


class Model:
    """Answers of one framework. Every method may return None: not mine.

    `kinds` maps dotted names of classes to the kind of object they make; kinds of different models differ.
    """

    kinds: ClassVar[Mapping[str, str]] = {}

    def prepare(self, _made: Instance, /) -> None:
        """Make a new object ready, before any constructor of the project runs on it."""

    def construct(self, _made: Instance, _args: list[Abstract], _keywords: dict[str, Abstract], /) -> None:
        """Do what the framework's constructor does with its arguments; called once an object."""

    def attribute(self, _made: Instance, _name: str, /) -> Abstract:
        """Return a method or attribute of one of the framework's objects."""
        return None

    def class_attribute(self, _of: Class, _name: str, /) -> Abstract:
        """Return what a class of the project inherits from the framework (`as_view`)."""
        return None

    def function(self, _name: str, _args: list[Abstract], _keywords: dict[str, Abstract], /) -> Abstract:
        """Return what a function of the framework, called by its dotted name, gives."""
        return None

    def on_unknown(self, _name: str, _args: list[Abstract], _keywords: dict[str, Abstract], /) -> Abstract:
        """Take note of `?.name(…)`, a registration on an object that is not known."""
        return None

    def named(self, _made: Instance, _name: str, /) -> None:
        """Take note of the dotted name of a variable that holds an object."""
