from flask import Flask

import limits
import settings

DEPTH = 3


class Local:
    SIZE = 1
    unread = 2  # expect: unreached


def create_app():
    app = Flask(__name__)
    app.config.from_object("defaults")
    app.config.from_object("classes.Production")
    app.config.from_object(settings)
    app.config.from_object(Local)
    app.config.from_object(__name__)
    return app


def retry():
    return limits.ATTEMPTS


app = create_app()
app.add_url_rule("/", view_func=retry)
