"""Registers on import: whoever imports it does so for that."""

import atexit


@atexit.register
def farewell() -> None:
    print("bye")
