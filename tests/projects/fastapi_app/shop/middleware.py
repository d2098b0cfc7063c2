from starlette.middleware.base import BaseHTTPMiddleware


class Timing(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        return await call_next(request)

    def leftover(self):  # expect: unreached
        return None
