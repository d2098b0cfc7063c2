"""The background worker: `celery -A shop.jobs.worker worker -B`."""

from celery import Celery
from celery.schedules import crontab

from shop.services import orders

worker = Celery("shop", broker="memory://")
worker.conf.beat_schedule = {
    "close-month": {"task": "shop.close-month", "schedule": crontab(day_of_month="1", hour="3", minute="0")},
}


@worker.task(name="shop.close-month")
def close_month():
    return summary(orders.all_orders())


def summary(rows):
    return {"orders": len(rows), "total": sum(row["total"] for row in rows)}
