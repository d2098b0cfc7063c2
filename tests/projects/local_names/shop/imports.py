"""Imports: used by scope, kept for what they do, or unused."""

from __future__ import annotations

import json  # expect: local
import os
import readline
import shutil as shutil
import xml.dom.minidom  # expect: local
from collections import OrderedDict, defaultdict  # expect: local
from typing import TYPE_CHECKING, cast

from shop import events
from shop import tables
from shop.tables import WIDTH as width

try:
    import ujson
except ImportError:
    ujson = None

try:
    import msgpack
except ImportError:
    HAS_MSGPACK = False
else:
    HAS_MSGPACK = True

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal
    from fractions import Fraction  # expect: local
    from pathlib import Path

Handler = "Callable[[int], None]"


def shadowed() -> int:
    import os  # used here: the module's own `os` is used below

    return len(os.sep)


def rebound(json: str) -> str:
    return json


def only_here() -> int:
    import string
    import struct  # expect: local

    return len(string.digits)


def typed(given: object) -> Decimal:
    rows = []  # type: list[Path]
    rows.append(given)
    return cast("Decimal", rows[0])


def run() -> None:
    counts: defaultdict[str, int] = defaultdict(int)
    print(os.name, counts, shadowed(), rebound("x"), only_here(), typed(1), Handler, HAS_MSGPACK, ujson)
