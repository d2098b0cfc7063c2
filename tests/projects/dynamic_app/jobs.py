class Job:
    def notify_daily(self):
        return 1

    def notify_never(self):  # expect: unreached
        return 1

    def notify_tested(self):  # expect: test_only
        return 1
