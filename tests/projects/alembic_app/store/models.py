import sqlalchemy as sa
from alembic.operations import MigrateOperation, Operations

metadata = sa.MetaData()


@Operations.register_operation("create_view")
class CreateView(MigrateOperation):
    def __init__(self, name):
        self.name = name


@Operations.implementation_for(CreateView)
def create_view(operations, operation):
    return quoted(operation.name)


def quoted(name):
    return name


def unquoted(name):  # expect: unreached
    return name
