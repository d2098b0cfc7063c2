"""Mixins take from `self` and `super()` what the classes they are mixed into have."""


class Timed:
    def handle(self):
        self.started()
        return super().handle()

    def idle(self):  # expect: unreached
        return super().idle()


class Logged:
    def handle(self):
        return super().handle()


class Endpoint:
    def handle(self):
        return self.answer()

    def idle(self):  # expect: unreached
        return None

    def started(self):
        return None

    def answer(self):
        return None


class Other:
    """Mixed into nothing: the same names mean nothing here."""

    def handle(self):  # expect: unreached
        return None

    def started(self):  # expect: unreached
        return None

    def answer(self):  # expect: unreached
        return None


class Users(Timed, Logged, Endpoint):
    def answer(self):
        return []


def run():
    Users().handle(), Other()
