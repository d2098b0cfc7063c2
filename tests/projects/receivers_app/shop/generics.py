"""Parameters of generic classes, bounds, NewType, aliases."""

from typing import Generic, NewType, TypeVar, Union


class Model:
    def save(self):
        return None


class User(Model):
    def save(self):
        return None

    def greet(self):
        return ""

    def ban(self):
        return ""

    def rename(self):
        return ""


class Robot(Model):
    def save(self):
        return None

    def greet(self):  # expect: unreached
        return ""

    def ban(self):  # expect: unreached
        return ""

    def rename(self):  # expect: unreached
        return ""


class Stone:
    def save(self):  # expect: unreached
        return None

    def greet(self):  # expect: unreached
        return ""


T = TypeVar("T")
M = TypeVar("M", bound=Model)
Admin = NewType("Admin", User)
Anyone = Union[User, "Robot"]


class Repo(Generic[T]):
    def __init__(self, items: list[T]) -> None:
        self.items = items

    def get(self) -> T:
        return self.items[0]

    def all(self) -> list[T]:
        return self.items


class UserRepo(Repo[User]):
    def drop(self):  # expect: unreached
        return None


def store(model: M) -> M:
    model.save()
    return model


def make(kind: type[User]):
    return kind().rename()


def admin(one: Admin):
    return one.ban()


def either(one: Anyone):
    return one.save()


def run():
    UserRepo([]).get().greet()
    repo: Repo[User] = Repo([])
    for user in repo.all():
        user.ban()
    store(Robot()), make(User), admin(None), either(User()), Stone()
