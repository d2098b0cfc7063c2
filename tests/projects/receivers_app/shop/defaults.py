"""Alternatives: ternaries, `or`, several assignments; and names of which not enough is known."""


class Mailer:
    def send(self):
        return None

    def flush(self):
        return None

    def queue(self):
        return None


class Logger:
    def send(self):
        return None

    def flush(self):
        return None

    def queue(self):  # expect: unreached
        return None


class Pager:
    def send(self):  # expect: unreached
        return None

    def flush(self):
        return None


def run(quiet):
    channel = Logger() if quiet else Mailer()
    channel.send()
    other = None or Mailer()
    other.queue()
    if quiet:
        known = Mailer()
    else:
        known = load()
    known.flush()
    Pager()


def load():
    return globals()["anything"]
