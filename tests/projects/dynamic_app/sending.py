import jobs

KINDS = {"job": jobs.Job}


def send(method):
    for kind in KINDS.values():
        getattr(kind(), method)()


def send_all():
    send("notify_daily")
