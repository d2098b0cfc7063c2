from flask import Flask


class Assembly:
    def finish(self):
        site = Flask(__name__)
        site.add_url_rule("/shelves", "shelves", shelves)
        return site


def shelves():
    return "shelves"
