from fastapi import FastAPI


def register(app: FastAPI):
    @app.get("/late/{thing}")
    def late_thing(thing: str):
        return thing
