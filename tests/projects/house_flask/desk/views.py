from flask.views import MethodView, View


class Listing(MethodView):
    def get(self):
        return {"rows": self.rows()}

    def rows(self):
        return []

    def unlisted(self):  # expect: unreached
        return []


class Topics(Listing):
    def post(self):
        return {}


class Search(View):
    methods = ["GET", "POST"]

    def dispatch_request(self):
        return {}


class Forgotten(MethodView):  # expect: unreached
    def get(self):
        return {}
