import jobs


def send(method):
    for kind in (jobs.Job,):
        getattr(kind(), method)()


def send_all():
    send("notify_daily")
