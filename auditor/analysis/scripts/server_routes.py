"""The text of a script -> the addresses that it registers with a server's router, and where it mounts routers.

In: a file's text, comments blanked. Out: `ServerFacts`. Understands the forms of Express, Koa, Fastify, Hono, Hapi and
their likes, and the decorators of Nest. An address that is computed is kept as it is written. Never runs anything, and
never says what address a router has in the end: that takes other files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest

import msgspec

from auditor.analysis.scripts.bindings import NAME, bindings
from auditor.analysis.scripts.calls import Call, Code
from auditor.analysis.scripts.routers import is_receiver, registers, routers_made
from auditor.analysis.scripts.written_addresses import OPTION_METHOD, OPTION_PATH, OPTION_PREFIX, Written

_METHODS = {"get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE", "del": "DELETE",
            "head": "HEAD", "options": "OPTIONS", "all": "*"}  # fmt: skip
_CALLS = re.compile("|".join((*_METHODS, "use", "route", "register", "prefix", "setGlobalPrefix")))
_WHOLE = re.compile(rf"\b(?:export\s+default|module\.exports\s*=)\s*({NAME})\s*(?:;|$|\n|\.routes)")
_CONTROLLER = re.compile(r"@\w*(?:Controller|Route)(?P<open>\()")
_CLASS = re.compile(rf"\bclass\s+({NAME})")
_VERB = re.compile(r"@(Get|Post|Put|Patch|Delete|Options|Head|All)(\()")
_LISTED = re.compile(r"\bcontrollers\s*:\s*(\[)")
_MODULE = re.compile(r"""^\(?\s*(?:await\s+)?(?:require|import)\(\s*(['"])([^'"\n]+)\1\s*\)""")
_HEAD = re.compile(rf"^(?:new\s+)?({NAME})((?:\s*\.\s*{NAME})*)")


class Served(msgspec.Struct, frozen=True):
    """One registration: `address` is relative to the router; `whole`: everything below the address is meant."""

    line: int
    router: str
    method: str
    address: str
    whole: bool = False


class Mount(msgspec.Struct, frozen=True):
    """A router that another one takes in below a prefix.

    `target` is the mounted router's name here, or with `specifier` what is taken of another file (`"default"` for all
    of it); `onto` is the name of the one that takes it in.
    """

    line: int
    onto: str
    prefix: str
    target: str
    specifier: str = ""


class ServerFacts(msgspec.Struct, frozen=True):
    """What a file says of routers.

    `routers` are the prefixes of those it makes, by name; `applications` those that serve without being mounted.
    `controllers` are the classes that a framework makes routers of, `listed` the names of such in a module's list.
    `imported` maps names to (specifier, name there); `prefixes` are those for all controllers of the program.
    """

    routers: Mapping[str, str] = {}
    applications: frozenset[str] = frozenset()
    served: tuple[Served, ...] = ()
    mounts: tuple[Mount, ...] = ()
    controllers: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()
    imported: Mapping[str, tuple[str, str]] = {}
    prefixes: tuple[str, ...] = ()
    exported: str = ""


def read_server(text: str) -> ServerFacts:
    """Return what a file's text, comments blanked, says of routers."""
    return _Reader(text).facts() if registers(text) else ServerFacts()


class _Reader:
    def __init__(self, text: str) -> None:
        self.code = Code(text)
        self.text = text
        self.written = Written(text)
        self.imported = dict(bindings(text))
        self.routers: dict[str, str] = {}
        self.applications: set[str] = set()
        self.starts: dict[int, str] = {}
        self.given: dict[str, bool] = {}
        self.whole = ""
        self._routers()

    def facts(self) -> ServerFacts:
        served, mounts, prefixes = list[Served](), list[Mount](), list[str]()
        for call in self.code.calls(_CALLS):
            if call.name == "setGlobalPrefix":
                prefixes += [one for argument in call.arguments[:1] for one in self.written.addresses(argument)]
            elif (router := self.receiver(call)) is not None:
                if call.name == "prefix":
                    self.routers[router] = next(iter(self.written.addresses((*call.arguments, "''")[0])), "")
                elif call.name in ("use", "register", "route"):
                    self.taken_in(call, router, served, mounts)
                elif call.name in _METHODS:
                    served += self.registered(call, router)
        mounts += self.handed_over()
        controllers = list(self.controllers())
        served += [one for _, found in controllers for one in found]
        return ServerFacts(
            self.routers, frozenset(self.applications), tuple(served), tuple(mounts),
            frozenset(name for name, _ in controllers), frozenset(_listed(self.code)), self.imported, tuple(prefixes),
            self.exported(),
        )  # fmt: skip

    def exported(self) -> str:
        """Return the name of what the file exports as a whole."""
        found = _WHOLE.search(self.text)
        return self.whole or (found[1] if found is not None else "")

    def _routers(self) -> None:
        for one in routers_made(self.text):
            options = "".join(self.code.arguments(one.opening)[:1])
            prefix = OPTION_PREFIX.search(options) if one.takes_prefix else None
            found = self.written.addresses(prefix["value"]) if prefix is not None else [""]
            self.routers[one.name] = found[0]
            self.starts[one.start] = one.name
            self.whole = one.name if one.whole else self.whole
            if one.serves:
                self.applications.add(one.name)

    def receiver(self, call: Call) -> str | None:
        """Return the router that a call is of; None where it is none."""
        if call.root:
            if call.root in self.routers or call.root in self.imported:
                return call.root if call.root in self.routers or is_receiver(call.root) else None
            return call.root if is_receiver(call.root) and self.is_given(call.root) else None
        near = [name for start, name in self.starts.items() if 0 <= start - call.start <= len("new await ")]
        return near[0] if near else None

    def is_given(self, name: str) -> bool:
        """Return whether a function of the file is given something so called."""
        if name not in self.given:
            word = re.escape(name)
            given = rf"[(,]\s*{word}\s*[?,:)]|(?<![\w$.]){word}\s*=>|@[\w.]*\s+{word}\b|\bthis\s*\.\s*{word}\b"
            self.given[name] = re.search(given, self.code.masked) is not None
        return self.given[name]

    def registered(self, call: Call, router: str) -> Iterator[Served]:
        """Yield what `router.get("/x", one)` and `router.route("/x").get(one)` register."""
        through = dict(call.through).get("route")
        if through:
            written = through[0]
        elif len(call.arguments) > 1 or (call.arguments and call.arguments[0].startswith("[")):
            written = call.arguments[0]
        else:
            return
        if re.match(r"(?:async\b|function\b|\(|\{)", written):
            return
        for address in self.written.addresses(written):
            yield Served(self.line(call.at), router, _METHODS[call.name], address)

    def taken_in(self, call: Call, router: str, served: list[Served], mounts: list[Mount]) -> None:
        """Add what `use`, `register` and `route` mount, and what they register by options."""
        line, arguments = self.line(call.at), list(call.arguments)
        if not arguments:
            return
        if call.name == "route" and arguments[0][:1] in "{[" and "method" in arguments[0]:
            served += self.of_options(arguments[0], line, router)
            return
        prefixes = [""]
        if call.name == "register":
            option = OPTION_PREFIX.search(arguments[1]) if len(arguments) > 1 else None
            prefixes = self.written.prefixes(option["value"]) if option is not None else [""]
            arguments = arguments[:1]
        elif self.written.is_address(arguments[0]) and len(arguments) > 1:
            prefixes = self.written.prefixes(arguments.pop(0))
        targets = [target for one in arguments if (target := self.target(one)) is not None]
        mounts += [
            Mount(line, router, _joined(prefix, more), name, specifier)
            for prefix in prefixes
            for name, specifier, more in targets
        ]
        if not targets and call.name == "use":
            served += [Served(line, router, "*", prefix, whole=True) for prefix in prefixes if prefix.strip("/*")]

    def of_options(self, written: str, line: int, router: str) -> Iterator[Served]:
        """Yield what `{method: "GET", url: "/x"}` registers, or a list of such."""
        parts = Code(written).arguments(0) if written.startswith("[") else [written]
        for part in parts:
            method, path = OPTION_METHOD.search(part), OPTION_PATH.search(part)
            if method is not None and path is not None:
                for verb in self.written.addresses(method["value"]):
                    for address in self.written.addresses(path["value"]):
                        yield Served(line, router, verb.upper(), address)

    def target(self, written: str) -> tuple[str, str, str] | None:
        """Return (name, specifier, prefix) of the router that an argument means; None where it means none."""
        required = _MODULE.match(written)
        if required is not None:
            rest = re.match(rf"\.({NAME})", written[required.end() :])
            name = rest[1] if rest is not None and rest[1] not in ("routes", "router", "default") else "default"
            return name, required[2], ""
        found = _HEAD.match(written)
        if found is None:
            return None
        if found[1] == "mount" and written.endswith(")"):  # koa-mount
            inner = Code(written).arguments(found.end()) if written[found.end() : found.end() + 1] == "(" else ()
            outer = self.target(inner[-1]) if inner else None
            prefix = next(iter(self.written.addresses(inner[0])), "") if len(inner) > 1 else ""
            return (outer[0], outer[1], prefix) if outer is not None else None
        if found[1] in self.routers:
            return found[1], "", ""
        if found[1] in self.imported:
            specifier, name = self.imported[found[1]]
            parts = [part.strip() for part in found[2].split(".") if part.strip()]
            if name == "*" and parts:
                name = parts[0]
            return ("default" if name == "*" else name), specifier, ""
        return None

    def handed_over(self) -> Iterator[Mount]:
        """Yield where a router is given to a function of another file, which registers what it likes."""
        names = {*self.routers, *(one for one in ("app", "server", "router", "fastify") if self.is_given(one))}
        called = (
            rf"(?<![\w$.])(?:require\(\s*(['\"])(?P<from>[^'\"\n]+)\1\s*\)|(?P<name>{NAME}))"
            rf"(?:\.(?P<member>{NAME}))?(?P<open>\()"
        )
        for found in re.finditer(called, self.text):
            name = found["name"]
            if name is not None and name not in self.imported:
                continue
            given = [one for one in self.code.arguments(found.start("open")) if one in names]
            if given:
                specifier, inner = (found["from"], "default") if name is None else self.imported[name]
                inner = found["member"] or "default" if inner == "*" else inner
                yield Mount(self.line(found.start()), given[0], "", inner, specifier)

    def controllers(self) -> Iterator[tuple[str, list[Served]]]:
        """Yield the controllers of the file by the names of their classes, with what they serve."""
        found = list(_CONTROLLER.finditer(self.code.masked))
        for start, after in zip_longest(found, found[1:]):
            end = after.start() if after is not None else len(self.text)
            made = _CLASS.search(self.code.masked, start.end(), end)
            if made is None:
                continue
            arguments = self.code.arguments(start.start("open"))
            written = arguments[0] if arguments else "''"
            if written.startswith("{"):
                option = OPTION_PATH.search(written)
                written = option["value"] if option is not None else "''"
            prefixes = self.written.addresses(written)
            served = [
                Served(
                    self.line(verb.start()), made[1], "*" if verb[1] == "All" else verb[1].upper(), _joined(prefix, one)
                )
                for verb in _VERB.finditer(self.code.masked, made.end(), end)
                for prefix in prefixes
                for one in self.written.addresses((*self.code.arguments(verb.start(2)), "''")[0])
            ]
            yield made[1], served

    def line(self, position: int) -> int:
        return self.text.count("\n", 0, position) + 1


def _listed(code: Code) -> Iterator[str]:
    for found in _LISTED.finditer(code.masked):
        for part in code.arguments(found.start(1)):
            yield part.removeprefix("...")


def _joined(prefix: str, address: str) -> str:
    """Return two parts of an address as one."""
    if not prefix or not address:
        return prefix or address
    return f"{prefix.rstrip('/')}/{address.lstrip('/')}"
