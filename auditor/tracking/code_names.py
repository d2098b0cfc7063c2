"""What a code object is called. In: code that runs, the globals it runs with. Out: a definition's id, or None.

Ids are those of the static analysis: `pkg.mod:Class.method`, `pkg.mod:outer.<locals>.inner`, `pkg.mod:` for a module's
own code. Lambdas, comprehensions and generator expressions go by the definition they are written in. A class's body
runs whenever its module is imported and says nothing of the class's use: it has no name here, nor has code that was
generated and is written in no file. Never imports a module.
"""

import functools
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import CodeType

_FUNCTION = 0x1
"""The flag of code that is a function's (`inspect.CO_OPTIMIZED`)."""
_ANONYMOUS = re.compile(r"\.?(?:<locals>\.)?<(?!locals>).*")
_MAIN = ("__main__", "__mp_main__")


class CodeNames:
    """The names of the code of some packages.

    Args:
        packages: Dotted names of packages or modules; what is below them belongs to them.
    """

    def __init__(self, packages: Iterable[str]) -> None:
        self._prefixes = tuple(f"{package}." for package in packages)

    def of(self, code: CodeType, namespace: Mapping[str, object]) -> str | None:
        """Return the id of the definition that `code` belongs to, None where it is none of these packages'."""
        module = self.module(namespace)
        if module is None or code.co_filename.startswith("<"):
            return None
        if not code.co_flags & _FUNCTION:
            return f"{module}:" if code.co_name == "<module>" else None
        name = code.co_qualname
        return f"{module}:{_ANONYMOUS.sub('', name) if '<' in name else name}"

    def module(self, namespace: Mapping[str, object]) -> str | None:
        """Return the name under which a module with these globals is imported, None where it is none of these."""
        name = namespace.get("__name__")
        if name in _MAIN:
            spec = namespace.get("__spec__")
            name = _of_file(namespace.get("__file__")) if spec is None else getattr(spec, "name", None)
        return name if isinstance(name, str) and f"{name}.".startswith(self._prefixes) else None


@functools.lru_cache(maxsize=64)
def _of_file(file: object) -> str | None:
    """Return the name under which a script inside a package would be imported, judged by its directories."""
    if not isinstance(file, str):
        return None
    path = Path(file).absolute()
    parts = [path.stem]
    for directory in path.parents:
        if not (directory / "__init__.py").exists():
            break
        parts.insert(0, directory.name)
    return ".".join(parts)
