import tornado.auth
import tornado.ioloop
import tornado.web


class Page(tornado.web.RequestHandler):
    def prepare(self):
        self.set_header("X-Page", "1")

    def get(self):
        self.write("page")

    def render_twice(self):  # expect: unreached
        self.write("page page")


class Login(Page, tornado.auth.OAuth2Mixin):
    @property
    def _OAUTH_AUTHORIZE_URL(self):
        return "https://example.org/authorize"

    def token_of(self, answer):  # expect: unreached
        return answer["token"]


def main():
    app = tornado.web.Application([("/", Page), ("/login", Login)])
    app.listen(8888)
    tornado.ioloop.IOLoop.current().start()


if __name__ == "__main__":
    main()
