from typing import Any


def live(x: Any) -> Any:
    return x
