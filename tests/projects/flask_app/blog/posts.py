from flask import Blueprint, jsonify
from flask.views import MethodView, View

bp = Blueprint("posts", __name__)


@bp.route("/posts/<slug>")
def show(slug):
    return render(slug)


@bp.route("/posts/latest")
def latest():
    return "a literal is asked before a parameter"


@bp.route("/posts/<other>", endpoint="never")
def shadowed(other):  # expect: unreached
    return other


@bp.get("/posts/<int:number>/raw")
def raw(number):
    return str(number)


class Comments(MethodView):
    def get(self, slug):
        return jsonify(self.find(slug))

    def post(self, slug):
        return jsonify([])

    def find(self, slug):
        return [slug]

    def leftover(self):  # expect: unreached
        return None


bp.add_url_rule("/posts/<slug>/comments", view_func=Comments.as_view("comments"))


class Feed(View):
    methods = ["GET", "POST"]

    def dispatch_request(self):
        return "feed"


bp.add_url_rule("/feed/<path:kind>", view_func=Feed.as_view("feed"))


@bp.route("/posts/probe", methods=["HEAD"])
def probe():
    return ""


def render(slug):
    return slug


@bp.before_request
def count():
    return None
