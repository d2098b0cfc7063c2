from sanic import Sanic
from sanic.handlers import ErrorHandler
from sanic.views import HTTPMethodView

app = Sanic("shop")


class Orders(HTTPMethodView):
    async def get(self, request):
        return self.listed()

    async def delete(self, request):
        return None

    def listed(self):
        return []

    def archived(self):  # expect: unreached
        return []


class Errors(ErrorHandler):
    def default(self, request, exception):
        return self.shown(exception)

    def shown(self, exception):
        return str(exception)

    def hidden(self, exception):  # expect: unreached
        return ""


class OldOrders(HTTPMethodView):  # expect: unreached
    async def get(self, request):
        return None


@app.listener("before_server_start")
async def connect(app):
    return None


app.error_handler = Errors()
app.add_route(Orders.as_view(), "/orders")
