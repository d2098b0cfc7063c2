"""A class that answers to any name hands it on: the name counts wherever a class has it."""


class Proxy:
    def __init__(self, inner):
        self.inner = inner

    def __getattr__(self, name):
        return getattr(self.inner, name)
