from pydantic.v1 import BaseModel, BaseSettings, root_validator, validator


def lowered(value):
    return value.lower()


def raised(value):  # expect: unreached
    return value.upper()


class Customer(BaseModel):
    name: str
    _clean = validator("name", allow_reuse=True)(lowered)

    class Config:
        orm_mode = True

        @staticmethod
        def schema_extra(schema, model):
            return None

    @root_validator(pre=True)
    def whole(cls, values):
        return values

    @validator("name")
    def not_blank(cls, value):
        return value

    def dict(self, **options):
        return super().dict(**options)

    def as_row(self):  # expect: unreached
        return ()


class Env(BaseSettings):
    debug: bool = False

    class Config:
        @classmethod
        def customise_sources(cls, init_settings, env_settings, file_secret_settings):
            return (init_settings,)


if __name__ == "__main__":
    print(Customer(name="a"), Env())
