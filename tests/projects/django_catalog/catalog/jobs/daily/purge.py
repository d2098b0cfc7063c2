from django_extensions.management.jobs import DailyJob


class Job(DailyJob):
    help = "purge"

    def execute(self):
        return self.really()

    def really(self):
        return None

    def hardly(self):  # expect: unreached
        return None
