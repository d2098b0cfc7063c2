"""The text of a script -> the routers that it makes, and whether it registers anything with one.

In: a file's text. Out: `Made` routers, answers. What functions are given is told from its name alone. Never runs
anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from auditor.analysis.scripts.bindings import NAME

SERVERS = frozenset((
    "express", "fastify", "koa", "@koa/router", "koa-router", "hono", "@hono/zod-openapi", "polka", "restify", "elysia",
    "@hapi/hapi", "@nestjs/common", "routing-controllers", "express-promise-router", "router", "restana", "tsoa",
    "ultimate-express", "hyper-express", "json-server", "@feathersjs/express",
))  # fmt: skip
"""Packages that serve addresses which code registers."""
WORDS = (".get(", ".post(", ".put(", ".patch(", ".delete(", ".all(", ".use(", ".route(", ".register(", "Controller(",
         "Router(", "controllers:", "setGlobalPrefix", ".get<", ".post<")  # fmt: skip
"""Words of which one stands in every text that registers something."""
_RECEIVER = re.compile(r"app|server|router|fastify|instance|routes?|\w*(?:Router|App|Routes)")
_VERB = re.compile(r"\.\s*(?:get|post|put|patch|delete|del|head|options|all|use|route|register|prefix)\s*[(<]")
_MAKER = re.compile(
    r"(?<![\w$])(?:express\s*\.\s*Router|[\w$]*Router|express|[fF]astify|polka|restana|Hono|OpenAPIHono|Elysia|Koa|createApp"
    r"|[hH]api\s*\.\s*server|restify\s*\.\s*createServer|jsonServer\s*\.\s*create"
    r"|require\(['\"]express['\"]\)(?:\s*\.\s*Router)?)\s*(?:<[^<>()]*>)?\s*\("
)
_NEST = re.compile(r"@\w*(?:Controller|Route)\(|\bcontrollers\s*:\s*\[|\.setGlobalPrefix\(")
_BEFORE = re.compile(
    rf"(?:(?:\b(?:const|let|var)\s+|\b(?:this|exports)\s*\.\s*|^\s*)(?P<name>{NAME})(?:\s*:\s*[\w$.<>, ]+)?\s*=\s*)?"
    r"(?P<whole>\bexport\s+default\s+|\bmodule\.exports\s*=\s*)?(?:await\s+)?(?:new\s+)?(?:\w+\s*\.\s*)*\Z",
    re.M,
)
_WORD = re.compile(r"[\w$]{1,60}\s{0,100}\Z")
_LONGEST = 200


class Made(msgspec.Struct, frozen=True):
    """A router that a file makes: its name, where its making begins and its arguments open.

    `whole`: it is what the file exports. `serves`: it serves without being mounted; `takes_prefix`: its options may
    hold one.
    """

    name: str
    start: int
    opening: int
    whole: bool
    serves: bool
    takes_prefix: bool


def is_receiver(name: str) -> bool:
    """Return whether a function that is given a router may call it so."""
    return _RECEIVER.fullmatch(name) is not None


def registers(text: str) -> bool:
    """Return whether a text may register or mount something."""
    if _MAKER.search(text) or _NEST.search(text):
        return True
    return any(is_receiver(_word_before(text, found.start())) for found in _VERB.finditer(text))


def routers_made(text: str) -> Iterator[Made]:
    """Yield the routers that a text makes and has a name for."""
    for found in _MAKER.finditer(text):
        maker = found[0].partition("(")[0].strip() if not found[0].startswith("require") else found[0]
        before = _BEFORE.search(text, max(0, found.start() - _LONGEST), found.start())
        name = before["name"] or ("default" if before["whole"] else "") if before is not None else ""
        if before is None or not name or maker.startswith("use"):
            continue
        is_router = "Router" in maker
        takes = is_router or maker.endswith(("Elysia", "Hono"))
        yield Made(name, found.start(), found.end() - 1, bool(before["whole"]), not is_router, takes)


def _word_before(text: str, at: int) -> str:
    """Return the name that ends at a position, blanks left out."""
    found = _WORD.search(text, max(0, at - 80), at)
    return found[0].rstrip() if found is not None else ""
