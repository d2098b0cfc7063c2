from fastapi import APIRouter, FastAPI, WebSocket
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from shop import api
from shop.api import assistant, assistant_simple, late
from shop.core.config import settings
from shop.middleware import Timing

V1 = "/v1"

app = FastAPI()
app.add_middleware(Timing)
app.include_router(api.router, prefix=settings.API_PREFIX)
app.include_router(assistant.router, prefix=V1)
app.include_router(assistant_simple.router, prefix=V1)

inner = APIRouter(prefix="/inner")


@inner.get("/ping")
def ping():
    return "pong"


outer = APIRouter()
outer.include_router(inner, prefix="/outer")
app.include_router(outer)
app.include_router(inner, prefix="/again")


@inner.post("/late")
def added_after_the_include():
    return {}


@app.get("/health")
async def health():
    return {"ok": True}


@app.exception_handler(ValueError)
def bad_value(request, error):
    return JSONResponse({"error": str(error)}, status_code=400)


@app.on_event("startup")
def warm_up():
    late.register(app)


def export():
    return {}


app.add_api_route("/export", export, methods=["GET", "POST"])


@app.websocket("/ws/{room}")
async def chat(socket: WebSocket, room: str):
    await socket.accept()


class Version(HTTPEndpoint):
    async def get(self, request):
        return JSONResponse({"version": self.number()})

    def number(self):
        return 3

    def never_called(self):  # expect: unreached
        return 4


def listing(request):
    return JSONResponse([])


admin = FastAPI(openapi_url=None)


@admin.get("/users/{user_id}")
def admin_user(user_id: int):
    return user_id


app.mount("/admin", admin)


@app.get("/admin/extra")
def behind_the_mount():  # expect: unreached
    return "the mount answers first"


app.mount("/static", Starlette(routes=[Route("/list", listing), Mount("/v", routes=[Route("/version", Version)])]))


@app.head("/probe")
def probed():
    return None


@app.api_route("/both", methods=["GET", "HEAD"])
def got_and_probed():
    return {}
