import uvicorn
from fastapi import APIRouter, FastAPI

from shop.server.fastapi import create_app
from shop.server.redis import Stock

orders = APIRouter(prefix="/orders")
internal = FastAPI(openapi_url=None)
stock = Stock()


@orders.get("/{number}")
def order(number: int):
    return {"number": number, "left": stock.left(number)}


@orders.post("/")
def place_order():
    return {}


@internal.get("/ready")
def ready():
    return True


def serve():
    app = create_app("shop")
    app.include_router(orders)
    app.mount("/internal", internal)
    uvicorn.run(app)
