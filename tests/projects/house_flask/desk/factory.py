from functools import partial
from importlib import import_module

from flask import Blueprint, Flask

from desk import views
from desk.parts.files import versioned
from desk.wrapping import add_resource, register_view, signed_in

PARTS = ("notes", "files")
PAGES = {"/about": "About us", "/imprint": "Imprint"}


def page(text):
    return text


def create_app(settings="desk.settings.Defaults"):
    app = Flask(__name__)
    app.config.from_object(settings)
    if app.config["WITH_REPORTS"]:
        app.add_url_rule("/reports", view_func=reports)
    configure(app)

    @app.route("/")
    def index():
        return "desk"

    app.add_url_rule("/ping", "ping", lambda: "pong")
    return app


def configure(app):
    for name in PARTS:
        app.register_blueprint(import_module(f"desk.parts.{name}").blueprint)
    app.register_blueprint(versioned, url_prefix=app.config["API_PREFIX"])
    for path, text in PAGES.items():
        app.add_url_rule(path, path[1:], partial(page, text))
    add_resource(app, views.Listing, "/lists", "/all-lists")
    configure_forum(app)


def configure_forum(app):
    forum = Blueprint("forum", __name__)
    register_view(forum, routes=["/topics", "/threads"], view_func=signed_in(views.Topics.as_view("topics")))
    register_view(forum, routes=["/search"], view_func=views.Search.as_view("search"))
    app.register_blueprint(forum, url_prefix=app.config["FORUM_PREFIX"])


def reports():
    return {}
