from quart import Quart
from quart.views import MethodView

app = Quart(__name__)


class Orders(MethodView):
    init_every_request = False
    provide_automatic_options = False

    async def get(self):
        return self.listed()

    async def patch(self):
        return {}

    def listed(self):
        return []

    def archived(self):  # expect: unreached
        return []


@app.before_serving
async def warm():
    return None


def cold():  # expect: unreached
    return None


app.add_url_rule("/orders", view_func=Orders.as_view("orders"))
