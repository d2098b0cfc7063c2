from flask import Flask


class Builder:
    def __init__(self, debug=False):
        self.debug = debug

    def build(self):
        site = Flask(__name__)
        site.add_url_rule("/parts", "parts", parts)
        return site


def parts():
    return page()


def page():
    return "parts"
