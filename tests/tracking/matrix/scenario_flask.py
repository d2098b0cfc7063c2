"""Flask alone: rules, blueprints, classes, refused requests, mounts."""

from typing import Any

from drive import expect_requests, wsgi
from flask import Blueprint, Flask, abort
from flask.views import MethodView
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from auditor.tracking.wsgi import UsageMiddleware

app = Flask(__name__)
users = Blueprint("users", __name__, url_prefix="/users")
api = Blueprint("api", __name__, url_prefix="/api")


@users.route("/<int:id>", methods=["GET", "POST"])
def show(id: int) -> Any:
    return abort(404) if id == 404 else str(id)


@users.route("/<int:number>")
def never_called(number: int) -> str:
    return "never"


@app.route("/boom")
def boom() -> str:
    raise RuntimeError("on purpose")


@app.route("/files/<path:rest>")
def files(rest: str) -> str:
    return rest


class Basket(MethodView):
    def get(self) -> str:
        return "basket"

    def delete(self) -> tuple[str, int]:
        return "gone", 202


app.add_url_rule("/basket", view_func=Basket.as_view("basket"))
api.register_blueprint(users)
app.register_blueprint(api)
inner = Flask(__name__)


@inner.route("/end")
def end() -> str:
    return "end"


served = UsageMiddleware(DispatcherMiddleware(app, {"/inner": inner}), flush_interval=60)

REQUESTS = {
    "GET /api/users/3": (200, "GET /api/users/{id:int} 2xx"),
    "HEAD /api/users/3": (200, "GET /api/users/{id:int} 2xx"),
    "POST /api/users/3": (200, "POST /api/users/{id:int} 2xx"),
    "DELETE /api/users/3": (405, "DELETE /api/users/{id:int} 4xx"),
    "OPTIONS /api/users/3": (200, "OPTIONS /api/users/{id:int} 2xx"),
    "GET /api/users/404": (404, "GET /api/users/{id:int} 4xx"),
    "GET /boom": (500, "GET /boom 5xx"),
    "GET /files/a/b": (200, "GET /files/{rest:path} 2xx"),
    "GET /basket": (200, "GET /basket 2xx"),
    "DELETE /basket": (202, "DELETE /basket 2xx"),
    "GET /inner/end": (200, "GET /inner/end 2xx"),
    "GET /inner/x": (404, "(unmatched) 4xx"),
    "GET /wp-login.php": (404, "(unmatched) 4xx"),
}
HANDLERS = {
    "GET /api/users/{id:int}": "__main__:show < __main__:never_called",
    "POST /api/users/{id:int}": "__main__:show",
    "GET /boom": "__main__:boom",
    "GET /files/{rest:path}": "__main__:files",
    "GET /basket": "__main__:Basket",
    "DELETE /basket": "__main__:Basket",
    "GET /inner/end": "__main__:end",
}
expect_requests(REQUESTS, wsgi(served, REQUESTS), HANDLERS)
