from dataclasses import dataclass
from enum import Enum

from pydantic import BaseModel, computed_field, field_validator


class Color(Enum):
    RED = 1
    BLUE = 2

    @classmethod
    def _missing_(cls, value):
        return cls.RED


class Item(BaseModel):
    name: str
    color: Color = Color.RED

    @field_validator("name")
    @classmethod
    def not_blank(cls, value):
        return value.strip()

    @computed_field
    @property
    def label(self) -> str:
        return self.name

    def never(self):  # expect: unreached
        return None


@dataclass
class Point:
    x: int = 0
    y: int = 0

    def far(self):  # expect: unreached
        return self.x


if __name__ == "__main__":
    print(Item(name="a"), Point())
