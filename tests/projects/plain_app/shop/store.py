from abc import ABC, abstractmethod
from typing import Protocol


class Store(Protocol):
    def load(self): ...


class Base:
    def run(self):
        return self.template_step()

    def template_step(self):
        return "base"

    def never(self):  # expect: unreached
        return self.run()


class Abstract(ABC):
    @abstractmethod
    def save(self, line): ...

    def flush(self):  # expect: unreached
        return 1


class MemoryStore(Abstract):
    def save(self, line):
        return super().__str__() + line

    def flush(self):  # expect: unreached
        return 2

    def load(self):
        return "matches the protocol"


class FileStore(Abstract):  # expect: unreached
    def save(self, line):
        return line
