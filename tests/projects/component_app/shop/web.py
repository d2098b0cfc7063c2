from celery import Celery
from click import group
from fastapi import Depends, FastAPI

from auditor import tracking
from auditor.tracking import celery, click, component

app = FastAPI()
worker = Celery("shop")


@app.get("/above")
@component("above")
def above():
    return session_of()


@component("below")
@app.get("/below")
def below(session=Depends(lambda: None)):
    return session


@worker.task
@tracking.component
def mail():
    return 1


@group()
def cli():
    pass


@cli.command()
@component(durations=True)
def report():
    with component("block"):
        return Export().run()


celery.track(worker)
click.track(cli)


@component("used")
def session_of():
    return 1


class Export:
    @component
    def run(self):
        return 1

    @staticmethod
    @component("export-left")
    def left():  # expect: unreached
        return 1


@component("left")
def left():  # expect: unreached
    return helper()


@component
def left_too():  # expect: unreached
    return 1


@tracking.component(durations=True)
def left_as_well():  # expect: unreached
    return 1


def helper():  # expect: unreached
    with component("in-helper"):
        return 1
