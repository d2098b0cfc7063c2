"""Imported for what its body does."""

import registry


def hello() -> str:
    return "hello"


def unregistered() -> str:  # expect: unreached
    return "nobody"


registry.put("hello", hello)
