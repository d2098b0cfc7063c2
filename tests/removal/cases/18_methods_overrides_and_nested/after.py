import abc


class Base(abc.ABC):
    @abc.abstractmethod
    def run(self): ...

    def stop(self): ...


class Child(Base):
    def stop(self):
        return 1


def make():
    return 2
