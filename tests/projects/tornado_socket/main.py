import tornado.ioloop
import tornado.web
import tornado.websocket


class Base(tornado.web.RequestHandler):
    def initialize(self, db):
        self.db = db

    def prepare(self):
        self.authorised()

    def get_current_user(self):
        return "ada"

    def write_error(self, status_code, **kwargs):
        self.finish("no")

    def authorised(self):
        return True

    def allowed(self):  # expect: unreached
        return True


class Orders(Base):
    @tornado.web.authenticated
    async def get(self, order_id):
        self.write(self.found(order_id))

    def found(self, order_id):
        return order_id

    @tornado.web.authenticated
    def search(self):  # expect: unreached
        return None


class OldOrders(Base):  # expect: unreached
    def get(self):
        self.write("old")


class Ticker(tornado.websocket.WebSocketHandler):
    def open(self):
        self.subscribe()

    def on_message(self, message):
        return message

    def on_close(self):
        return None

    def subscribe(self):
        return None

    def unsubscribe(self):  # expect: unreached
        return None


class Clock(tornado.web.UIModule):
    def render(self, zone):
        return zone

    def embedded_css(self):
        return ""

    def ticking(self):  # expect: unreached
        return True


def make():
    return tornado.web.Application([(r"/orders/(\d+)", Orders), (r"/tick", Ticker)], ui_modules={"Clock": Clock})


if __name__ == "__main__":
    make().listen(8888)
    tornado.ioloop.IOLoop.current().start()
