import cherrypy


class Signed(cherrypy.Tool):
    def __init__(self):
        super().__init__("before_handler", self.check)

    def _setup(self):
        super()._setup()

    def check(self):
        return None

    def skip(self):  # expect: unreached
        return None


class Root:
    @cherrypy.expose
    def index(self):
        return self.page()

    def page(self):
        return ""

    def default(self, *path):  # held back: the whole object is given to the server
        return ""


if __name__ == "__main__":
    cherrypy.tools.signed = Signed()
    cherrypy.quickstart(Root())
