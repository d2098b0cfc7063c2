from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint, WebSocketEndpoint
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route, Router, WebSocketRoute


async def home(request):
    return JSONResponse({})


async def user(request):
    return JSONResponse({})


class Echo(WebSocketEndpoint):
    async def on_receive(self, websocket, data):
        await websocket.send_text(data)


class Users(HTTPEndpoint):
    async def get(self, request):
        return JSONResponse([])

    async def post(self, request):
        return JSONResponse([])


async def reports(request):
    return JSONResponse([])


async def unused(request):  # expect: unreached
    return JSONResponse([])


sub = Router([Route("/reports", reports, methods=["GET", "POST"])])

routes = [
    Route("/", home),
    Mount("/users", routes=[Route("/", Users), Route("/{id:int}", endpoint=user)]),
    WebSocketRoute("/ws", Echo),
    Mount("/sub", app=sub),
]

app = Starlette(routes=routes)
