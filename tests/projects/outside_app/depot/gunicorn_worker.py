class Worker:
    pass


class SlowWorker:  # expect: unreached
    pass
