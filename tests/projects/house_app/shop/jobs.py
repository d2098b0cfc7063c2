"""Jobs run by a scheduler outside of this program: it asks a job for its methods by name."""

import shopbus


class Job:
    def start(self):
        shopbus.run(type(self).__name__)

    def describe(self):  # expect: unreached
        return type(self).__name__


class Mail(Job):
    def execute(self):
        return self.send()

    def on_failure(self, error):
        return error

    def send(self):
        return "sent"

    def resend(self):  # expect: unreached
        return self.send()


class Forgotten(Job):  # expect: unreached
    def execute(self):
        return None


class Nightly(Job):
    pass


class Clean(Nightly):
    def execute(self):
        return purge()

    def dry_run(self):  # expect: unreached
        return None


def purge():
    return 0
