"""Read by whatever Python runs the tests: the syntax of 3.12 to 3.15, and what it alone uses."""

lazy import catalogue
lazy from prices import (  # expect: local
    rebate,
    unused_rebate,
)
from kinds import Bound, Default, Element, Failed, Late, Old, Timed, Unbound
from pages import Page, escape, footer, header, mark, never_shown, width


type Shelf[T: Bound = Default] = dict[str, Element]
type Plain = Late


class Box[T: (Bound, Old), *Ts = *tuple[int], **P = [Default]]:
    def hold[U: Timed](self, one: T) -> U:
        return one

    def never(self):  # expect: unreached
        return f"{'a'}"


def show(page: Page, lines):
    def inner():
        return (
            f"{page.title[f'{mark}']!r:>{width()}} {'\n'.join(lines)}"
            """
            text """
            f"{
                header()  # with a comment }
            } {{literally}} {page.foot()}"
        )

    return inner() + t"{escape(lines):{footer}}"


def dead(page):  # expect: unreached
    return f"{page['x']}{never_shown()}"


def flat(shelves):
    return [*one for one in shelves], {**one for one in shelves}


async def main(lines: Shelf[Plain]):
    try:
        print(show(Page(), lines), flat([]), Box().hold, getattr(catalogue, f"find_{'by'}_{lines}")())
    except Failed, Timed:
        rebate()
    try:
        rebate()
    except* Unbound, Old:
        pass


if __name__ == "__main__":
    main([])
