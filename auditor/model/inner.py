"""What one file says of its own unused parts, and the comments in it that silence findings. No I/O."""

from typing import Literal

import msgspec


class LocalFinding(msgspec.Struct, frozen=True, gc=False):
    """Something unused inside one file, as far as that file can tell; lines are 1-based and inclusive.

    `scope` is the definition whose body it stands in (for an argument: the function). `at` is the line of the alias,
    of the function's `def` for an argument, else `line`. `detail` says what makes a statement unreachable.
    """

    kind: Literal["import", "variable", "argument", "unreachable"]
    name: str
    line: int
    end_line: int
    scope: str
    at: int
    detail: str = ""


class VultureItem(msgspec.Struct, frozen=True, gc=False):
    """What vulture calls unused by the names of one file alone; lines are 1-based and inclusive.

    `confidence` is vulture's own percentage (60 to 100); `message` is its sentence where it names a statement.
    `silenced` is true where a `noqa` comment keeps vulture quiet, `tested` where only a test file's name does.
    `decorators` are written as vulture matches them (`"@app.route"`).
    """

    kind: Literal["attribute", "class", "function", "import", "method", "property", "variable", "unreachable_code"]
    name: str
    line: int
    end_line: int
    confidence: int
    message: str = ""
    silenced: bool = False
    tested: bool = False
    decorators: tuple[str, ...] = ()


class SilencingComment(msgspec.Struct, frozen=True, gc=False):
    """A comment that silences findings. `codes` are what it names in capitals, none where it silences everything.

    `keep` is our own, `noqa` that of flake8, ruff, vulture and deadcode, `file` theirs for a whole file, `skylos`
    skylos' pragma. `idle` are codes for which nothing stands on the line that they could be about.
    """

    line: int
    kind: Literal["keep", "noqa", "file", "skylos"]
    codes: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()
    reason: str = ""
