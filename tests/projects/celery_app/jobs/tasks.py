from celery import Task, shared_task

from jobs.app import app


@app.task
def close_month():
    return total()


@app.task(name="reports.weekly", bind=True)
def weekly(self):
    return 7


@shared_task
def ping():
    return "pong"


@app.task
def yearly():
    return 365


class Import(Task):
    name = "jobs.import"

    def run(self, path):
        return self.rows(path)

    def rows(self, path):
        return []

    def on_failure(self, *args):
        return None

    def leftover(self):  # expect: unreached
        return None


def total():
    return 1


def half():  # expect: unreached
    return 0.5
