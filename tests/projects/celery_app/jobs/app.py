from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_ready

app = Celery("jobs")
app.conf.update(
    beat_schedule={
        "every-month": {"task": "jobs.tasks.close_month", "schedule": crontab(0, 0, day_of_month="1")},
        "every-week": {"task": "reports.weekly", "schedule": crontab(day_of_week="mon", hour=3)},
        "often": {"task": "jobs.tasks.ping", "schedule": 30.0},
    }
)


@app.on_after_configure.connect
def more_schedules(sender, **kwargs):
    from jobs.tasks import yearly

    sender.add_periodic_task(crontab(month_of_year="1", day_of_month="1"), yearly.s())


@worker_ready.connect
def ready(**kwargs):
    return "ready"
