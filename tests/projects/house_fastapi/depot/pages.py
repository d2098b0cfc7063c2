from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint, WebSocketEndpoint
from starlette.responses import PlainTextResponse
from starlette.routing import Host, Mount, Route, Router, WebSocketRoute


async def front(request):
    return PlainTextResponse("front")


async def help_page(request):
    return PlainTextResponse("help")


class Account(HTTPEndpoint):
    async def get(self, request):
        return PlainTextResponse("account")

    async def post(self, request):
        return PlainTextResponse("account")


class Feed(WebSocketEndpoint):
    async def on_receive(self, websocket, data):
        await websocket.send_text(data)


NAMES = ("terms", "privacy")
BASE = [Route("/", front)]
routes = (
    BASE
    + [Route(f"/{name}", help_page) for name in NAMES]
    + [Mount("/me", routes=[Route("/", Account), WebSocketRoute("/feed", Feed)])]
)


def site():
    async def closed(request):
        return PlainTextResponse("closed")

    made = Starlette(routes=[*routes, Route("/closed", closed, methods=["DELETE"])])
    made.add_route("/late", help_page)
    made.host("help.example.org", Router([Route("/{topic:path}", help_page)]))
    return made


hosted = Host("old.example.org", app=Router(BASE))
