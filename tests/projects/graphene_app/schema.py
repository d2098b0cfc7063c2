import graphene
from graphene import relay

import nodes


class Author(graphene.ObjectType):
    name = graphene.String()
    books = graphene.List(lambda: Book)

    def resolve_name(self, info):
        return self.full_name()

    @staticmethod
    def resolve_books(author, info):
        return load_books(author)

    def full_name(self):
        return "Ada"

    def short_name(self):  # expect: unreached
        return "A"


class Book(graphene.ObjectType):
    class Meta:
        interfaces = (relay.Node,)

    title = graphene.String()

    @classmethod
    def get_node(cls, info, id):
        return None


class Ghost(graphene.ObjectType):  # expect: unreached
    name = graphene.String()

    def resolve_name(self, info):
        return haunt()


def haunt():  # expect: unreached
    return "boo"


def load_books(author):
    return []


class AddBook(graphene.Mutation):
    class Arguments:
        title = graphene.String()

    book = graphene.Field(Book)

    @classmethod
    def mutate(cls, root, info, title):
        return cls.saved(title)

    @classmethod
    def saved(cls, title):
        return AddBook(book=None)

    @classmethod
    def undo(cls, root, info):  # expect: unreached
        return None


class RenameBook(relay.ClientIDMutation):
    class Input:
        title = graphene.String()

    @classmethod
    def mutate_and_get_payload(cls, root, info, **data):
        return cls()


class DeleteBook(graphene.Mutation):  # expect: unreached
    def mutate(self, info):
        return None


class Query(graphene.ObjectType):
    author = graphene.Field(Author)

    def resolve_author(self, info):
        return Author()


class Mutation(graphene.ObjectType):
    add_book = AddBook.Field()
    rename_book = RenameBook.Field()


schema = graphene.Schema(query=Query, mutation=Mutation)

if __name__ == "__main__":
    print(schema.execute("{ author { name } }"), nodes)
