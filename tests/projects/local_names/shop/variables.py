"""Local variables: what a scope never reads, whatever other scopes do with the name."""

import contextlib


def reads(value: int) -> int:
    total = value
    return total


def never_reads(value: int) -> int:
    total = value * 2  # expect: local
    return value


def walrus(values: list[int]) -> int:
    if (size := len(values)) > 3:  # expect: local
        return 1
    return 0


def narrowed(value: object) -> str:
    if isinstance(text := value, str):
        return text.upper()
    if isinstance(found := value, list) and found:
        return str(found[0])
    return ""


def annotated() -> int:
    limit: int = 3  # expect: local
    bare: int
    return 2


def chained() -> int:
    first = second = 3  # expect: local
    return first


def shaped(pairs: list[tuple[int, int]]) -> int:
    left, right = pairs[0]
    for key, value in pairs:
        print(key)
    with contextlib.suppress(ValueError) as ignored:
        print(left)
    try:
        return 1
    except ValueError as error:
        return 0
    finally:
        _unused = 1


def closures() -> object:
    count = 0
    name = "x"

    def increase() -> str:
        nonlocal count
        count += 1
        return name

    return increase


def whole() -> str:
    who = "you"
    return "hello {who}".format(**locals())


def deleted() -> None:
    kept_until_here = object()
    del kept_until_here


def added() -> None:
    seen = 0
    seen += 1


STATE = 1


def global_one() -> None:
    global STATE
    STATE = 2


def run() -> None:
    print(narrowed(1), reads(1), never_reads(2), walrus([]), annotated(), chained(), shaped([]), closures(), whole())
    deleted()
    added()
    global_one()
    print(STATE)
