from django.test.runner import DiscoverRunner


class Runner(DiscoverRunner):
    def setup_databases(self, **keywords):
        return None
