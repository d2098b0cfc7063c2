import typing

import strawberry
from strawberry.extensions import SchemaExtension
from strawberry.permission import BasePermission


def get_age(root: "User") -> int:
    return 1


def get_height(root: "User") -> int:  # expect: unreached
    return 1


class IsAdmin(BasePermission):
    message = "no"

    def has_permission(self, source, info, **kwargs):
        return self.looked_up()

    def looked_up(self):
        return True

    def forgotten(self):  # expect: unreached
        return False


class IsOwner(BasePermission):  # expect: unreached
    def has_permission(self, source, info, **kwargs):
        return True


@strawberry.type
class User:
    name: str
    age: int = strawberry.field(resolver=get_age)

    @strawberry.field
    def friends(self) -> typing.List["User"]:
        return load_friends()

    @strawberry.field(permission_classes=[IsAdmin])
    def email(self) -> str:
        return ""

    def unlisted(self) -> str:  # expect: unreached
        return ""


@strawberry.type
class Ghost:  # expect: unreached
    name: str


@strawberry.input
class NewUser:
    name: str


@strawberry.enum
class Colour:  # expect: unreached
    RED = 1


def load_friends():
    return []


class Timing(SchemaExtension):
    def on_operation(self):
        yield

    def resolve(self, _next, root, info, *args, **kwargs):
        return _next(root, info, *args, **kwargs)

    def report(self):  # expect: unreached
        return None


@strawberry.type
class Query:
    @strawberry.field
    def user(self) -> User:
        return User(name="a")


@strawberry.type
class Mutation:
    @strawberry.mutation
    def add_user(self, new: NewUser) -> User:
        return User(name=new.name)


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def users(self) -> typing.AsyncGenerator[User, None]:
        yield User(name="a")


schema = strawberry.Schema(query=Query, mutation=Mutation, subscription=Subscription, extensions=[Timing])

if __name__ == "__main__":
    print(schema.execute_sync("{ user { name } }"))
