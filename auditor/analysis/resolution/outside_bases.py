"""Classes outside the project that classes of the project extend: which of a subclass's members they call.

In: framework rules, and the standard library itself. Out: globs of names. Never assumes that a base calls nothing
where nothing is known of it.
"""

import builtins
import importlib
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase, translate
from functools import cache

from auditor.model.framework import FrameworkRule

NEUTRAL = frozenset({
    "builtins.object", "typing.Generic", "abc.ABC", "typing.Protocol", "typing_extensions.Protocol",
    "typing_extensions.Generic",
})  # fmt: skip
_NOT_IMPORTED = frozenset({"antigravity", "this", "idlelib", "lib2to3", "test", "tkinter", "turtle", "turtledemo"})
_CALL_ONLY_THEIR_OWN = frozenset({
    "array", "bz2", "calendar", "contextlib", "contextvars", "csv", "difflib", "fractions", "ftplib", "functools",
    "graphlib", "gzip", "ipaddress", "itertools", "lzma", "mailbox", "mmap", "multiprocessing", "operator", "poplib",
    "shelve", "smtplib", "socket", "ssl", "statistics", "textwrap", "threading", "time", "traceback", "types", "uuid",
    "webbrowser",
})  # fmt: skip
"""Standard modules whose classes call no method of a subclass that they do not have themselves."""


class OutsideBases:
    """What the bases call that a program's classes have outside of it; each is looked at once."""

    def __init__(self, rules: Sequence[FrameworkRule]) -> None:
        self._hooks = globs_by_base(rules)
        self._known: dict[str, tuple[str, ...] | None] = {}
        self._of: dict[tuple[str, ...], Callable[[str], bool] | None] = {}

    def called(self, base: str) -> tuple[str, ...] | None:
        """Return globs of the members that a base calls, None where nothing is known of it."""
        if base not in self._known:
            self._known[base] = called_names(base, self._hooks)
        return self._known[base]

    def calls(self, bases: tuple[str, ...]) -> Callable[[str], bool] | None:
        """Return whether one of some bases calls a member of a name, always the same for the same bases.

        None where none of them calls anything.
        """
        if bases not in self._of:
            globs: list[str] = []
            for base in bases:
                listed = self.called(base)
                globs += ("*",) if listed is None else listed
            self._of[bases] = _matcher(tuple(globs)) if globs else None
        return self._of[bases]

    def are_known(self, bases: Sequence[str]) -> bool:
        """Return whether a rule, or the standard library, says of all of some bases what they call."""
        return bool(bases) and all(self.called(base) is not None for base in bases)


def globs_by_base(rules: Sequence[FrameworkRule]) -> dict[str, tuple[str, ...]]:
    """Return the member globs of every base that one of the rules names."""
    hooks: dict[str, tuple[str, ...]] = {}
    for rule in rules:
        for base, globs in rule.base_classes.items():
            hooks[base] = (*hooks.get(base, ()), *globs)
    return hooks


@cache
def _matcher(globs: tuple[str, ...]) -> Callable[[str], bool]:
    """Return whether a name is matched by one of `globs`, most of which are plain names; remembered by all of them."""
    exact = frozenset(glob for glob in globs if not set(glob) & set("*?["))
    if "*" in globs:
        return lambda name: True
    rest = [translate(glob) for glob in globs if glob not in exact]
    pattern = re.compile("|".join(dict.fromkeys(rest))) if rest else None
    return lambda name: name in exact or (pattern is not None and pattern.match(name) is not None)


def called_names(base: str, hooks: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    """Return globs of the members that an external base calls on subclasses, None where nothing is known of it."""
    if base == "?":
        return None
    base = base.replace("()", "")
    plain = base.removeprefix("builtins.")
    found = [glob for pattern, globs in hooks.items() if fnmatchcase(base, pattern) or fnmatchcase(plain, pattern)
             for glob in globs]  # fmt: skip
    matched = any(fnmatchcase(base, pattern) or fnmatchcase(plain, pattern) for pattern in hooks)
    if base.startswith("builtins."):
        return (*found, *_public(getattr(builtins, plain, object)))
    top = base.partition(".")[0]
    raised = top in sys.stdlib_module_names and base.endswith(("Error", "Exception", "Warning"))
    if not (matched or raised or top in _CALL_ONLY_THEIR_OWN):
        return None
    own = _of_standard_class(base)
    return tuple(dict.fromkeys((*found, *own))) if matched or own else None


def _public(cls: object) -> tuple[str, ...]:
    return tuple(name for name in dir(cls) if not name.startswith("__"))


@cache
def _of_standard_class(name: str) -> tuple[str, ...]:
    """Return what a class of the standard library has, so that an override of it is known; nothing for other names."""
    module, _, attribute = name.rpartition(".")
    first = module.partition(".")[0]
    if first not in sys.stdlib_module_names or first in _NOT_IMPORTED:
        return ()
    try:
        found = getattr(importlib.import_module(module), attribute, None)
    except ImportError:
        return ()
    return _public(found) if isinstance(found, type) else ()
