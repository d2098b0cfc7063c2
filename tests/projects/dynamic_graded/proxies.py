"""An unknown name looked up in what others hand over reaches into the classes they hand over, and no further."""


class Given:
    def first(self):
        return 1


class Wrapped:
    def second(self):
        return 1


from apart import Inside, Outside  # expect: local


class Proxy:
    def __init__(self, target):
        self.target = target

    def forward(self, name):
        return Inside(), getattr(self.target, name)


def call(target, name):
    return getattr(target, name)()
