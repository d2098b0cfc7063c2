"""Click and Typer: counts commands as they run. In: a Click command or a Typer application. Out: uses of `commands`.

`click.track(cli)`, after the commands were added. A command is named as it is typed, without options:
`shop users import`; an alias counts under the command's own name. What counts is that its function runs: usage errors,
`--help` and completion run none; a group's function runs before its subcommand's and counts as well. Commands of a
process are published with its first use. Never says that it watches: a command line that nobody calls sees nothing.

Works by what Click's objects look like, and imports neither: Typer carries a Click of its own.
"""

import itertools
import sys
from collections.abc import Callable, Iterator
from typing import Any

from auditor.tracking import hooks, shared
from auditor.tracking.observed import Use, observed

_KIND = "commands"
_CLICKS = ("click", "typer._click", "asyncclick")
_DEEPEST = 20
_COUNTED = "__auditor_counted__"


def track(
    cli: Any,  # noqa: ANN401 - a click.Command or typer.Typer of whatever version
    *,
    name: str | None = None,
    app_name: str | None = None,
    sink: str | None = None,
    version: str | None = None,
    durations: bool = False,
) -> None:
    """Count the commands of a command line that this process runs, and publish those that exist.

    Args:
        cli: A Click group or command, to which commands may still be added later; or a Typer application, with the
            commands that it has by now.
        name: What stands for the program, first in all names; as it was called by default.
        app_name: Name under which usage is stored; `AUDITOR_APP` by default.
        sink: Where usage goes, as for the middleware; `AUDITOR_SINK` by default.
        version: Version of the application; `AUDITOR_VERSION` by default.
        durations: Whether durations are counted as well.
    """
    shared.prefer(app_name, sink, version)
    with hooks.unharmed:
        tracked = _CommandLine(cli, name, durations=durations)
        if hasattr(cli, "registered_commands"):
            tracked.count_typer(cli)
        else:
            tracked.count(cli)


_Path = tuple[str, ...]
"""A command's name, word by word; the program's comes first."""


class _CommandLine:
    """One tracked command line."""

    def __init__(self, cli: Any, name: str | None, *, durations: bool) -> None:  # noqa: ANN401 - see `track`
        self._cli = cli
        self._name = name
        self._durations = durations
        self._paths: dict[object, set[_Path]] = {}

    def count_typer(self, app: Any, depth: int = 0) -> None:  # noqa: ANN401 - a typer.Typer
        """Have the functions of a Typer application counted, from which it makes its commands at each run."""
        for info in (*app.registered_commands, app.registered_callback, app.info, *app.registered_groups):
            if callable(getattr(info, "callback", None)):
                info.callback = self._counted(info.callback)
        for group in app.registered_groups:
            if depth < _DEEPEST and group.typer_instance is not None:
                self.count_typer(group.typer_instance, depth + 1)

    def count(self, command: Any, depth: int = 0) -> None:  # noqa: ANN401 - a click.Command
        """Have the function of a command counted, and those of its subcommands: now, or once they are asked for."""
        if callable(command.callback):
            command.callback = self._counted(command.callback)
        for below in list(getattr(command, "commands", {}).values()):
            if depth < _DEEPEST:
                self.count(below, depth + 1)
        find = getattr(command, "get_command", None)
        if find is None or hasattr(find, _COUNTED):
            return

        def get_command(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - passes anything through
            found = find(*args, **kwargs)
            if found is not None:
                with hooks.unharmed:
                    self.count(found, depth + 1)
            return found

        setattr(get_command, _COUNTED, True)
        command.get_command = get_command

    def _counted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        if hasattr(function, _COUNTED):
            return function

        def begin() -> Use:
            with hooks.counting:
                path = self._path(counted)
                if path:
                    return _CommandUse(_KIND, " ".join(path), durations=self._durations)
            return _NoUse()

        counted = observed(function, begin)
        setattr(counted, _COUNTED, True)
        return counted

    def _path(self, counted: Callable[..., Any]) -> _Path:
        """Return the name of the command whose function runs now; empty where other code calls it."""
        for contexts in (sys.modules.get(f"{name}.globals") for name in _CLICKS):
            context = contexts.get_current_context(silent=True) if contexts is not None else None
            if context is None or counted not in _written(context.command.callback):
                continue
            chain = [context]
            while chain[0].parent is not None:
                chain.insert(0, chain[0].parent)
            return self._known(counted, chain)
        return ()

    def _known(self, counted: Callable[..., Any], chain: list[Any]) -> _Path:
        """Return a command's name, that under which it exists where another command invoked it."""
        path = (self._name or _program(chain[0].info_name), *_typed(chain))
        if path not in self._paths.get(counted, ()):
            self._learn(chain[0].command, path[:1])
        if counted not in self._paths and not any(context.command is self._cli for context in chain):
            self._learn_elsewhere(counted, path)
        known = [one for one in self._paths.get(counted, ()) if one[0] == path[0]]
        if path in known:
            return path
        if len(known) == 1:
            return known[0]
        self._add(counted, path)
        return path

    def _learn(self, command: Any, path: _Path) -> None:  # noqa: ANN401 - a click.Command
        """Publish the counted commands of a tree, as far as it is loaded."""
        for below, found in _tree(command, path):
            for function in _written(found.callback):
                if hasattr(function, _COUNTED):
                    self._add(function, below)

    def _learn_elsewhere(self, counted: Callable[..., Any], path: _Path) -> None:
        """Publish the tracked tree where a program puts its commands among its own, as Flask's does."""
        if not hasattr(self._cli, "callback"):
            return
        for below, found in _tree(self._cli, ()):
            if below and path[-len(below) :] == below and counted in _written(found.callback):
                self._learn(self._cli, path[: -len(below)])
                return

    def _add(self, counted: Callable[..., Any], path: _Path) -> None:
        self._paths.setdefault(counted, set()).add(path)
        hooks.register(_KIND, " ".join(path), counted)


class _CommandUse(Use):
    """The run of a command; it fails by any exception but a request to exit with 0."""

    def failed(self, error: BaseException) -> bool:
        """Return whether the program exits with something other than 0."""
        code = error.code if isinstance(error, SystemExit) else getattr(error, "exit_code", 1)
        return code not in (None, 0)


class _NoUse(Use):
    """A call of a command's function by other code."""

    def __init__(self) -> None:
        """Count nothing."""

    def end(self, error: BaseException | None = None) -> None:
        """Count nothing."""


def _written(callback: Any) -> list[Any]:  # noqa: ANN401 - a function, or none
    """Return a function and those that it wraps."""
    found: list[Any] = []
    while callback is not None and len(found) < _DEEPEST:
        found.append(callback)
        callback = getattr(callback, "__wrapped__", None)
    return found


def _program(started: str) -> str:
    """Return one name for a program however it is started: `shop`, `python -m shop`, `shop.py`, `shop.exe`."""
    return started.rpartition(" ")[2].removesuffix(".py").removesuffix(".exe")


def _typed(chain: list[Any]) -> Iterator[str]:
    """Yield the words below the program's name, an alias as what it stands for."""
    for parent, context in itertools.pairwise(chain):
        commands = getattr(parent.command, "commands", {})
        if context.info_name in commands:
            yield context.info_name
        else:
            own = (name for name, command in commands.items() if command is context.command)
            yield next(own, context.command.name or context.info_name or "")


def _tree(command: Any, path: _Path) -> Iterator[tuple[_Path, Any]]:  # noqa: ANN401 - a click.Command
    """Yield a command and all that are loaded below it, each with its name."""
    yield path, command
    if len(path) < _DEEPEST:
        for name, below in list(getattr(command, "commands", {}).items()):
            yield from _tree(below, (*path, name))
