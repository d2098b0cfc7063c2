"""The factory of the server, in a package called as the library is."""

from fastapi import FastAPI

from .errors import add_errors


def create_app(title):
    made = FastAPI(title=title)
    add_errors(made)

    @made.get("/version")
    def version():
        return "2.1"

    return made


def titles(apps: list[FastAPI]):  # expect: unreached
    return [one.title for one in apps]
