from litestar import Controller, Litestar, get
from litestar.middleware import AbstractAuthenticationMiddleware, ASGIMiddleware
from litestar.plugins import InitPlugin


class Orders(Controller):
    path = "/orders"
    tags = ["orders"]

    @get()
    async def listed(self) -> list:
        return self.rows()

    def rows(self):
        return []

    def columns(self):  # expect: unreached
        return []


class Token(AbstractAuthenticationMiddleware):
    async def authenticate_request(self, connection):
        return self.checked(connection)

    def checked(self, connection):
        return connection

    def unchecked(self, connection):  # expect: unreached
        return None


class Timing(ASGIMiddleware):
    exclude_opt_key = "untimed"

    async def handle(self, scope, receive, send, next_app):
        await next_app(scope, receive, send)


class Setup(InitPlugin):
    def on_app_init(self, app_config):
        return app_config

    def on_app_exit(self, app_config):  # expect: unreached
        return app_config


app = Litestar(route_handlers=[Orders], plugins=[Setup()], middleware=[Token, Timing()])
