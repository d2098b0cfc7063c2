def register_base_type(cls):
    setattr(cls, "__init_subclass__", print)
    return cls


class Shape:
    pass


@register_base_type
class Job:
    pass


class Step:
    @classmethod
    def __pydantic_init_subclass__(cls, **keywords):
        print(cls)
