"""Mapped classes that nothing names but the mapper looks up, and classes that Django calls without a base of theirs."""

from pathlib import Path

import pytest

from auditor.config import load
from tests.analysis.composing import scan

MODERN = "from sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase):\n    pass\n\n\n"
OLD = "from sqlalchemy.orm import declarative_base\n\nBase = declarative_base()\n\n\n"
MODELS = """
class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    team_id = Column(ForeignKey("teams.id"))
    items = relationship("Item", back_populates="user", order_by="Rank.position")
    notes: Mapped[list["Note"]] = relationship(back_populates="user")
    tags = relationship("Tag", secondary="user_tag")


class Item(Base):
    __tablename__ = "items"
    id = Column(Integer, primary_key=True)


class Note(Base):
    __tablename__ = "notes"
    id = Column(Integer, primary_key=True)


class Rank(Base):
    __tablename__ = "ranks"
    id = Column(Integer, primary_key=True)


class Tag(Base):
    __tablename__ = "tags"
    id = Column(Integer, primary_key=True)


class Team(Base):
    __tablename__ = "teams"
    id = Column(Integer, primary_key=True)


class Admin(User):
    __mapper_args__ = {"polymorphic_identity": "admin"}


class Spare(Base):
    __tablename__ = "spares"
    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("users.id"))


user_tag = Table("user_tag", Base.metadata, Column("u", ForeignKey("users.id")))
"""
HEAD = "from sqlalchemy import Column, ForeignKey, Integer, Table\nfrom sqlalchemy.orm import Mapped, relationship\n"
MAIN = "from models import User\n\nif __name__ == '__main__':\n    print(User)\n"


def unreached(root: Path, files: dict[str, str]) -> set[str]:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return {one.id for one in scan(root, load(root).config) if one.status == "unreached" and not one.inside}


@pytest.mark.parametrize("base", [MODERN, OLD])
def test_what_the_mapper_looks_up_for_a_used_class_is_used(base: str, tmp_path: Path) -> None:
    found = unreached(tmp_path, {"models.py": HEAD + base + MODELS, "main.py": MAIN})
    assert found == {"models:Spare"}, "nothing but itself knows of it"


def test_a_converter_of_paths_keeps_what_django_calls(tmp_path: Path) -> None:
    files = {
        "manage.py": "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'site_.settings'\n"
        "from django.core.management import execute_from_command_line\nexecute_from_command_line()\n",
        "site_/__init__.py": "",
        "site_/settings.py": "ROOT_URLCONF = 'site_.urls'\nINSTALLED_APPS = []\n",
        "site_/urls.py": "from django.urls import path, register_converter\nfrom site_.conv import Year, show\n"
        "register_converter(Year, 'yyyy')\nurlpatterns = [path('<yyyy:y>/', show)]\n",
        "site_/conv.py": "class Year:\n    regex = '[0-9]{4}'\n\n"
        "    def to_python(self, value):\n        return int(value)\n\n"
        "    def to_url(self, value):\n        return str(value)\n\n    def spare(self):\n        return 1\n\n\n"
        "def show(request, y):\n    return y\n",
    }
    assert unreached(tmp_path, files) == {"site_.conv:Year.spare"}
