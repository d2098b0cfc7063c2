from marshmallow import Schema, ValidationError, fields, post_load, pre_dump, validate, validates, validates_schema


class Money(fields.Field):
    def _serialize(self, value, attr, obj, **kwargs):
        return self.rounded(value)

    def _deserialize(self, value, attr, data, **kwargs):
        return value

    def rounded(self, value):
        return value

    def doubled(self, value):  # expect: unreached
        return value * 2


class Even(validate.Validator):
    def __call__(self, value):
        return value

    def _repr_args(self):
        return ""

    def odd(self):  # expect: unreached
        return None


def shout(order):
    return order["name"].upper()


class Base(Schema):
    class Meta:
        ordered = True

    def handle_error(self, error, data, *, many, **kwargs):
        raise error

    def get_owner(self, order):
        return order["owner"]


class OrderSchema(Base):
    class Meta:
        unknown = "raise"

    total = fields.Method("get_total", deserialize="load_total")
    owner = fields.Method("get_owner")
    name = fields.Function(shout)
    price = Money(validate=Even())

    def get_total(self, order):
        return order["total"]

    def load_total(self, value):
        return value

    def get_discount(self, order):  # expect: unreached
        return 0

    @validates("name")
    def not_blank(self, value, **kwargs):
        if not value:
            raise ValidationError("blank")

    @validates_schema
    def whole(self, data, **kwargs):
        return self.compared(data)

    def compared(self, data):
        return data

    @post_load
    def make(self, data, **kwargs):
        return Order(**data)

    @pre_dump
    def unwrap(self, order, **kwargs):
        return order


class OldOrderSchema(Base):  # expect: unreached
    age = fields.Method("get_age")

    def get_age(self, order):
        return 1


class Order:
    def __init__(self, **data):
        self.data = data


if __name__ == "__main__":
    print(OrderSchema().load({}))
