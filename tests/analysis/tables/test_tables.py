"""Which tables models declare, read from whole small projects."""

from pathlib import Path
from textwrap import dedent

from auditor.analysis.tables import tables
from auditor.config import AuditConfig, LoadedConfig
from auditor.model.tables import DataTable
from auditor.pipeline.static import analyse

DJANGO = {
    "shop/__init__.py": "",
    "shop/apps.py": """
        from django.apps import AppConfig
        class Config(AppConfig):
            name = "shop"
            label = "store"
        """,
    "shop/models/__init__.py": "from shop.models.usage import ToolUsage\n",
    "shop/models/base.py": """
        from django.db import models
        class Dated(models.Model):
            made = models.DateTimeField(auto_now_add=True)
            class Meta:
                abstract = True
        """,
    "shop/models/usage.py": """
        import uuid
        from django.conf import settings
        from django.db import models
        from shop.models.base import Dated
        class Tool(Dated):
            key = models.UUIDField(primary_key=True, default=uuid.uuid4)
            name = models.CharField("name", max_length=80, unique=True)
            tags = models.ManyToManyField("Tag", related_name="tools")
        class Tag(models.Model):
            class Meta:
                db_table = "tag"
        class ToolUsage(Dated):
            tool = models.ForeignKey("store.Tool", models.CASCADE, related_name="usages", null=True)
            who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
            cost = models.DecimalField(max_digits=8, decimal_places=2)
        class Loud(ToolUsage):
            class Meta:
                proxy = True
        class Billed(ToolUsage):
            amount = models.IntegerField(db_column="cents")
        class Later(models.Func):
            output_field = models.DateTimeField()
        """,
    "shop/forms.py": """
        from django import forms
        class ToolForm(forms.ModelForm):
            name = forms.CharField(max_length=3)
        """,
    "tests/test_models.py": "from django.db import models\nclass Fake(models.Model):\n    pass\n",
}
ALCHEMY = {
    "app/__init__.py": "",
    "app/db.py": """
        from flask_sqlalchemy import SQLAlchemy
        from sqlalchemy.orm import DeclarativeBase
        db = SQLAlchemy()
        class Base(DeclarativeBase):
            pass
        """,
    "app/models.py": """
        from sqlalchemy import Column, DateTime, ForeignKey, Integer, String, Table
        from sqlalchemy.orm import Mapped, mapped_column, relationship
        from sqlmodel import Field, SQLModel
        from app.db import Base, db
        links = Table("links", Base.metadata, Column("tool_id", ForeignKey("tools.id")), Column("at", DateTime))
        class Stamped:
            made = Column(DateTime(timezone=True), nullable=False)
        class Tool(Stamped, Base):
            __tablename__ = "tools"
            __table_args__ = {"schema": "ops"}
            id: Mapped[int] = mapped_column(primary_key=True)
            label: Mapped[str | None] = mapped_column("lbl", String(20), unique=True)
            note: Mapped[str | None]
            rank: Mapped[int]
            usages: Mapped[list["ToolUsage"]] = relationship(back_populates="tool")
        class ToolUsage(db.Model):
            id = Column(Integer, primary_key=True)
            tool_id = Column(Integer, ForeignKey(Tool.id), nullable=False)
        class Hero(SQLModel, table=True):
            id: int | None = Field(default=None, primary_key=True)
            name: str
            tool_id: int | None = Field(default=None, foreign_key="ops.tools.id")
        class HeroRead(SQLModel):
            name: str
        """,
}
PRISMA = """
    enum Kind { A B }
    model Tool {
      id     String      @id @default(cuid())
      usages ToolUsage[] // all of them
    }
    model ToolUsage {
      id      Int      @id @default(autoincrement())
      toolId  String   @map("tool_id") @db.VarChar(30)
      tool    Tool     @relation(fields: [toolId], references: [id], onDelete: Cascade)
      kind    Kind?
      tags    String[]
      at      DateTime @default(now())
      @@map("tool_usages")
      @@index([toolId])
    }
    """


def found(root: Path, files: dict[str, str], texts: dict[str, str] | None = None) -> dict[str, DataTable]:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"))
    static = analyse(LoadedConfig(AuditConfig(), root, None), jobs=1, cache=False, opinions=False)
    read = {one.path: (root / one.path).read_text() for one in static.facts}
    return {one.model: one for one in tables(static.facts, static.analysis.graph, read | (texts or {}))}


def columns(table: DataTable) -> list[tuple[str, str, bool | None, bool]]:
    return [(one.name, one.type, one.nullable, one.primary_key) for one in table.columns]


def pointers(table: DataTable) -> list[tuple[str, str, str, str]]:
    return [(one.column, one.target_table, one.target_column, one.reverse) for one in table.foreign_keys]


def test_django_models_have_tables_and_abstract_proxy_and_test_models_have_none(tmp_path: Path) -> None:
    made = found(tmp_path, DJANGO)
    assert {model: table.name for model, table in made.items()} == {
        "Tool": "store_tool", "Tool.tags": "store_tool_tags", "Tag": "tag", "ToolUsage": "store_toolusage",
        "Billed": "store_billed",
    }  # fmt: skip
    usage = made["ToolUsage"]
    assert (usage.definition, usage.path, usage.line) == ("shop.models.usage:ToolUsage", "shop/models/usage.py", 12)
    assert columns(usage) == [
        ("id", "bigserial", False, True),
        ("tool_id", "uuid", True, False),
        ("who_id", "bigint", False, False),
        ("cost", "numeric(8, 2)", False, False),
        ("made", "timestamp with time zone", False, False),
    ]
    assert pointers(usage) == [
        ("tool_id", "store_tool", "key", "usages"),
        ("who_id", "auth_user", "id", "toolusage_set"),
    ]
    assert [one.table for one in usage.referenced_by] == ["store_billed"]
    assert columns(made["Billed"]) == [("toolusage_ptr_id", "bigint", False, True), ("cents", "integer", False, False)]
    assert columns(made["Tool"])[0] == ("key", "uuid", False, True)
    assert pointers(made["Tool.tags"]) == [("tool_id", "store_tool", "key", ""), ("tag_id", "tag", "id", "tools")]


def test_sqlalchemy_in_all_its_forms(tmp_path: Path) -> None:
    made = found(tmp_path, ALCHEMY)
    assert {model: table.name for model, table in made.items()} == {
        "links": "links", "Tool": "ops.tools", "ToolUsage": "tool_usage", "Hero": "hero",
    }  # fmt: skip
    assert columns(made["Tool"]) == [
        ("id", "integer", False, True),
        ("lbl", "varchar(20)", True, False),
        ("note", "varchar", True, False),
        ("rank", "integer", False, False),
        ("made", "timestamp with time zone", False, False),
    ]
    assert made["links"].definition == "app.models:links"
    assert columns(made["links"]) == [("tool_id", "integer", True, False), ("at", "timestamp", True, False)]
    assert pointers(made["ToolUsage"]) == [("tool_id", "ops.tools", "id", "")]
    assert {one.table for one in made["Tool"].referenced_by} == {"tool_usage", "hero"}
    assert columns(made["Hero"])[1] == ("name", "varchar", False, False)


def test_a_prisma_schema(tmp_path: Path) -> None:
    made = found(tmp_path, {"README.md": "x"}, {"prisma/schema.prisma": dedent(PRISMA).lstrip("\n")})
    usage = made["ToolUsage"]
    assert (usage.name, usage.definition, usage.line, usage.end_line) == ("tool_usages", "", 6, 15)
    assert columns(usage) == [
        ("id", "serial", False, True),
        ("tool_id", "varchar(30)", False, False),
        ("kind", '"Kind"', True, False),
        ("tags", "text[]", False, False),
        ("at", "timestamp(3)", False, False),
    ]
    assert pointers(usage) == [("tool_id", "Tool", "id", "usages")]
    assert [one.table for one in made["Tool"].referenced_by] == ["tool_usages"]
