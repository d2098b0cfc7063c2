"""The application: routers, the mounted back office, the usage tracker."""

from fastapi import FastAPI

from auditor.tracking.asgi import UsageMiddleware
from shop import api
from shop.admin.app import admin

app = FastAPI(title="shop")
app.include_router(api.router)
app.mount("/admin", admin)
app.add_middleware(UsageMiddleware)


@app.get("/health")
def health():
    return {"status": "ok"}
