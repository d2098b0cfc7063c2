"""Control flow: what nothing leads to, and what only looks so."""

import contextlib
import sys
from collections.abc import Iterator
from typing import NoReturn


def fail(message: str) -> NoReturn:
    raise SystemExit(message)


def after_return(value: int) -> int:
    if value:
        return 1
    else:
        return 2
    return 3  # expect: local


def endless() -> None:
    while True:
        print("tick")
    print("never")  # expect: local


def ended(values: list[int]) -> int:
    while True:
        for value in values:
            if value:
                break
        else:
            break
    return 1


def handled() -> int:
    try:
        return 1
    except ValueError:
        pass
    return 2


def finished() -> int:
    try:
        return 1
    finally:
        print("done")
    return 2  # expect: local


def swallowed() -> int:
    with contextlib.suppress(ValueError):
        raise ValueError
    return 1


def empty() -> Iterator[int]:
    return
    yield


def stopped(value: int) -> int:
    if value:
        sys.exit(1)
        print("never")  # expect: local
    if value > 1:
        fail("no")
        return 3
    return 2


def constant() -> int:
    if False:
        print("never")  # expect: local
    if not __debug__:
        print("optimised")
    return 1


def run(value: int) -> None:
    print(after_return(value), ended([]), handled(), finished(), swallowed(), list(empty()), stopped(0), constant())
    endless()
