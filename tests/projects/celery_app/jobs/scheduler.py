from apscheduler.schedulers.background import BackgroundScheduler

scheduler = BackgroundScheduler()


def nightly():
    return 1


def quarterly():
    return 2


@scheduler.scheduled_job("interval", weeks=2)
def fortnightly():
    return 3


def unscheduled():  # expect: unreached
    return 4


scheduler.add_job(nightly, "cron", hour=3)
scheduler.add_job(quarterly, "cron", month="1,4,7,10")

if __name__ == "__main__":
    scheduler.start()
