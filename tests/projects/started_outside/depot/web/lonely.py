from flask import Flask

server = Flask(__name__)  # gunicorn depot.web.lonely:server


@server.route("/ping")
def ping():
    return pong()


def pong():
    return "pong"


def silence():  # expect: unreached
    return ""
