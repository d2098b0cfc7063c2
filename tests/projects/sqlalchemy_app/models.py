import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.hybrid import Comparator, hybrid_method, hybrid_property
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    column_property,
    declared_attr,
    mapped_column,
    reconstructor,
    validates,
)
from sqlalchemy.types import TypeDecorator


class Base(DeclarativeBase):
    @declared_attr.directive
    def __tablename__(cls):
        return plural(cls.__name__)


def plural(name):
    return f"{name.lower()}s"


def singular(name):  # expect: unreached
    return name


class Stamped:
    @declared_attr
    def created(cls):
        return mapped_column(sa.DateTime)

    def touch(self):  # expect: unreached
        return None


class Money(TypeDecorator):
    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return self.in_cents(value)

    def process_result_value(self, value, dialect):
        return value

    def in_cents(self, value):
        return value

    def in_euros(self, value):  # expect: unreached
        return value


class CaseInsensitive(Comparator):
    def operate(self, op, other, **options):
        return op(self.__clause_element__(), self.lowered(other))

    def lowered(self, other):
        return other

    def raised(self, other):  # expect: unreached
        return other


class Account(Stamped, Base):
    __mapper_args__ = {"polymorphic_on": "kind"}
    __table_args__ = (sa.Index("by_name", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    balance: Mapped[int] = mapped_column(Money)
    total = column_property(sa.select(sa.func.count()).scalar_subquery())

    @hybrid_property
    def handle(self):
        return self.name.lower()

    @handle.expression
    def handle(cls):
        return sa.func.lower(cls.name)

    @handle.comparator
    def handle(cls):
        return CaseInsensitive(cls.name)

    @hybrid_method
    def rich(self, limit):  # expect: unreached
        return self.balance > limit

    @validates("name", "balance")
    def check(self, key, value):
        return value

    @reconstructor
    def loaded(self):
        self.seen = True

    def closed(self):  # expect: unreached
        return self.balance == 0


@event.listens_for(Account, "before_insert")
def numbered(mapper, connection, target):
    return audit(target)


def audit(target):
    return target


def on_connect(connection, record):
    return None


def on_close(connection, record):  # expect: unreached
    return None


event.listen(sa.engine.Engine, "connect", on_connect)

if __name__ == "__main__":
    print(Account().handle)
