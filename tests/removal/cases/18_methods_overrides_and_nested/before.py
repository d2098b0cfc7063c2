import abc


class Base(abc.ABC):
    @abc.abstractmethod
    def run(self): ...

    def stop(self): ...


class Child(Base):
    class Meta:
        ordering = ("id",)

    def run(self):
        return super().run()

    def stop(self):
        return 1


def make():
    unused = 1

    def helper():
        return unused

    return 2
