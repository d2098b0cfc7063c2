"""What functions, properties and constructors give, with annotations and without."""

from __future__ import annotations

import functools
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Iterator, NamedTuple, Optional, Self, cast

if TYPE_CHECKING:
    from shop.printing import Printer


class Page:
    def render(self):
        return ""

    def close(self):  # expect: unreached
        return ""

    def trim(self):
        return ""

    def fold(self):
        return ""

    def turn(self):
        return ""

    def bind(self):
        return ""

    def stamp(self):
        return ""


class Sheet:
    def render(self):  # expect: unreached
        return ""

    def close(self):
        return ""

    def trim(self):  # expect: unreached
        return ""

    def fold(self):  # expect: unreached
        return ""

    def turn(self):  # expect: unreached
        return ""

    def bind(self):  # expect: unreached
        return ""

    def stamp(self):  # expect: unreached
        return ""


class Line(NamedTuple):
    page: Page
    text: str = ""


@dataclass
class Report:
    page: Page
    pages: list[Page] = field(default_factory=list)
    sheet: Optional[Sheet] = None

    @classmethod
    def empty(cls) -> Self:
        return cls(Page())

    @classmethod
    def guess(cls):
        return cls(Page())

    @property
    def cover(self) -> Page:
        return self.page

    @functools.cached_property
    def back(self):
        return Page()

    def with_title(self) -> Self:
        return self

    def publish(self):
        return None

    def print_on(self, printer: Printer):
        printer.feed()

    def retract(self):  # expect: unreached
        return None

    def __enter__(self) -> Report:
        return self

    def __exit__(self, *_):
        return None


class Draft:
    def publish(self):  # expect: unreached
        return None

    def with_title(self):  # expect: unreached
        return None


@contextmanager
def opened() -> Iterator[Sheet]:
    yield Sheet()


def first_page() -> Annotated[Page, "the first"]:
    return Page()


def any_page(wide):
    if wide:
        return Page()
    return Page()


def run():
    with Report.empty() as report:
        report.with_title().publish()
    with opened() as sheet:
        sheet.close()
    Report.guess().page.render()
    report.cover.trim()
    report.back.fold()
    first_page().turn()
    if (page := any_page(True)) is not None:
        page.bind()
    line = Line(Page())
    line.page.stamp()
    cast(Page, line).render()
    functools.partial(any_page, True)().render()
    report.print_on(None)
    Draft(), Sheet()
