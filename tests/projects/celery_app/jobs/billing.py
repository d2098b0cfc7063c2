"""Tasks that are called by name, of classes, and scheduled in every other form."""

from datetime import timedelta

from celery import Celery, Task, chain, signature, shared_task
from celery.schedules import crontab, solar

billing = Celery("billing")
EVERY_QUARTER = crontab(minute="0", hour="0", day_of_month="1", month_of_year="*/3")


class Logged(Task):
    abstract = True

    def on_success(self, value, task_id, args, kwargs):
        return self.written(value)

    def written(self, value):
        return value

    def printed(self, value):  # expect: unreached
        return value


@billing.task(base=Logged)
def invoice(customer):
    return rows(customer)


def rows(customer):
    return [customer]


@shared_task(name="billing.remind")
def remind():
    return 1


@shared_task(name="billing.failed")
def failed(request, error, traceback):
    return 2


@shared_task(name="billing.archive", bind=True, autoretry_for=(OSError,))
def archive(self):
    raise self.retry(countdown=60)


class Export(Task):
    name = "billing.export"
    max_retries = 3

    def run(self, month):
        return self.lines(month)

    def lines(self, month):
        return []

    def columns(self, month):  # expect: unreached
        return []


billing.register_task(Export())

billing.conf.beat_schedule = {
    "quarter": {"task": "billing.archive", "schedule": EVERY_QUARTER},
    "dusk": {"task": "billing.remind", "schedule": solar("sunset", 52.5, 13.4)},
}
billing.conf.beat_schedule.update({"export": {"task": "billing.export", "schedule": timedelta(days=2)}})


@billing.on_after_finalize.connect
def schedules(sender, **kwargs):
    sender.add_periodic_task(timedelta(hours=12), invoice.s("all"), name="twice a day")
    sender.add_periodic_task(crontab(hour=1, day_of_week="sun"), signature("billing.failed"))


def start(customer):
    billing.send_task("billing.remind", link_error="billing.failed")
    return chain(invoice.s(customer), signature("billing.archive"))()


def start_all():  # expect: unreached
    return start("all")


if __name__ == "__main__":
    start("me")
