from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_serializer, field_validator, model_serializer
from pydantic import model_validator
from pydantic_core import core_schema
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    ConfigFileSourceMixin,
    PydanticBaseSettingsSource,
)


class VaultSource(PydanticBaseSettingsSource):
    def get_field_value(self, field, field_name):
        return self.fetched(field_name), field_name, False

    def prepare_field_value(self, field_name, field, value, value_is_complex):
        return value

    def fetched(self, name):
        return name

    def fetched_all(self):  # expect: unreached
        return {}


class Settings(BaseSettings):
    model_config = ConfigDict(extra="ignore")
    url: str = ""

    @classmethod
    def settings_customise_sources(cls, settings_cls, **sources):
        return (VaultSource(settings_cls),)

    @classmethod
    def from_file(cls, path):  # expect: unreached
        return cls()


class Cents:
    @classmethod
    def __get_pydantic_core_schema__(cls, source, handler):
        return core_schema.no_info_plain_validator_function(cls.parsed)

    @classmethod
    def parsed(cls, value):
        return value

    @classmethod
    def unparsed(cls, value):  # expect: unreached
        return value


def default_tags():
    return []


def default_names():  # expect: unreached
    return []


def to_camel(name):
    return name


class Order(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)
    price: Cents
    tags: list[str] = Field(default_factory=default_tags)

    @model_validator(mode="before")
    @classmethod
    def unwrap(cls, data):
        return cls.flat(data)

    @classmethod
    def flat(cls, data):
        return data

    @field_validator("tags", mode="after")
    def not_empty(cls, value, info: ValidationInfo):
        return value

    @field_serializer("tags")
    def joined(self, value):
        return ",".join(value)

    @model_serializer(mode="wrap")
    def dumped(self, handler):
        return handler(self)

    def model_post_init(self, context):
        return None

    def validate_price(self):  # expect: unreached
        return None


class Refund(BaseModel):  # expect: unreached
    price: int = 0

    @field_validator("price")
    def positive(cls, value):
        return value


if __name__ == "__main__":
    print(Settings(), Order(price=1))


class FileSource(PydanticBaseSettingsSource, ConfigFileSourceMixin):
    def _read_file(self, path):
        return {}

    def get_field_value(self, field, field_name):
        return None, field_name, False

    def reread(self):  # expect: unreached
        return None


print(FileSource)
