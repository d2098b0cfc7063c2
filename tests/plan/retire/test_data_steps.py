"""The SQL of a retirement on a real server: what it copies, drops, and brings back to the row."""

import psycopg
import pytest

from auditor.model.retirement import DataStep, DataSteps, Target
from auditor.model.tables import DataColumn, DataTable, ForeignKey
from auditor.plan.retire.data_steps import data_steps

POINTER = ForeignKey("ops.tool", "last usage", "ops.ToolUsage", "id", "models.py", 9)
OUT = ForeignKey("ops.ToolUsage", "who_id", "ops.person", "id", "models.py", 20)
USAGE = DataTable(
    "shop.models:ToolUsage", "ToolUsage", "ops.ToolUsage", "sqlalchemy", "models.py", 18, 30,
    columns=(
        DataColumn("id", "bigserial", nullable=False, primary_key=True),
        DataColumn("who_id", "integer", nullable=False),
        DataColumn('odd "name"', "varchar(40)", nullable=True, unique=True),
        DataColumn("at", "timestamp with time zone", nullable=False),
    ),
    foreign_keys=(OUT,),
    referenced_by=(POINTER, ForeignKey("ops.links", "usage_id", "ops.ToolUsage", "id", "models.py", 40)),
)  # fmt: skip
LINKS = DataTable(
    "shop.models:links", "links", "ops.links", "sqlalchemy", "models.py", 40, 44,
    columns=(DataColumn("usage_id", "bigint", nullable=False), DataColumn("tag", "text", nullable=True)),
    foreign_keys=(USAGE.referenced_by[1],),
)  # fmt: skip
TOOL = DataTable(
    "shop.models:Tool", "Tool", "ops.tool", "sqlalchemy", "models.py", 5, 12,
    columns=(
        DataColumn("key", "text", nullable=False, primary_key=True),
        DataColumn("part", "integer", nullable=False, primary_key=True),
        DataColumn("last usage", "bigint", nullable=False, unique=True),
    ),
    foreign_keys=(POINTER,),
)  # fmt: skip
TARGET = Target("ToolUsage", (USAGE.definition,), (USAGE, LINKS), ())
BEFORE = '''
CREATE SCHEMA ops;
CREATE TABLE ops.person (id integer PRIMARY KEY);
CREATE TABLE ops."ToolUsage" (id bigserial PRIMARY KEY, who_id integer NOT NULL REFERENCES ops.person (id),
    "odd ""name""" varchar(40) UNIQUE, at timestamptz NOT NULL);
CREATE TABLE ops.tool (key text, part integer, "last usage" bigint NOT NULL UNIQUE REFERENCES ops."ToolUsage" (id),
    PRIMARY KEY (key, part));
CREATE TABLE ops.links (usage_id bigint NOT NULL REFERENCES ops."ToolUsage" (id), tag text);
INSERT INTO ops.person VALUES (1), (2);
INSERT INTO ops."ToolUsage" (who_id, "odd ""name""", at) VALUES (1, 'a', '2026-01-01'), (2, NULL, '2026-02-01');
INSERT INTO ops.tool VALUES ('hammer', 1, 2), ('hammer', 2, 1);
INSERT INTO ops.links VALUES (1, 'x'), (2, 'y');
'''


def sql(steps: tuple[DataStep, ...]) -> str:
    return "\n".join(step.commands for step in steps if step.language == "sql")


def rows(connection: psycopg.Connection, table: str) -> list[tuple[object, ...]]:
    found = connection.execute(f"SELECT * FROM {table}").fetchall()  # type: ignore[arg-type]
    return sorted(found, key=repr)


def test_backup_drop_and_rollback_give_every_row_back(postgres_url: str) -> None:
    links, usage = data_steps(TARGET, (TOOL, USAGE, LINKS))
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as server:
        server.execute("DROP SCHEMA IF EXISTS ops CASCADE")
        server.execute(BEFORE)
        kept = {name: rows(server, name) for name in ('ops."ToolUsage"', "ops.links")}
        tools = server.execute('SELECT key, part, "last usage" FROM ops.tool ORDER BY key, part').fetchall()
        for steps in (links, usage):
            server.execute(sql(steps.backup))
        for steps in (links, usage):
            server.execute(sql(steps.irreversible))
        left = server.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'ops'").fetchall()
        assert {name for (name,) in left} == {
            "person", "tool", "retired_ToolUsage", "retired_links", "retired_tool_last usage",
        }  # fmt: skip
        for steps in (usage, links):  # what was dropped last comes back first
            server.execute(sql(steps.rollback))
        assert {name: rows(server, name) for name in kept} == kept
        assert server.execute('SELECT key, part, "last usage" FROM ops.tool ORDER BY key, part').fetchall() == tools
        new = server.execute('INSERT INTO ops."ToolUsage" (who_id, at) VALUES (1, now()) RETURNING id').fetchone()
        assert new == (3,), "its counter goes on"
        for wrong in ("INSERT INTO ops.tool VALUES ('axe', 1, 99)", "INSERT INTO ops.links VALUES (99)",
                      'INSERT INTO ops."ToolUsage" (who_id, at) VALUES (7, now())'):  # fmt: skip
            with pytest.raises(psycopg.errors.ForeignKeyViolation):
                server.execute(wrong)  # type: ignore[arg-type]
        server.execute("DROP SCHEMA ops CASCADE")


def steps_of(table: DataTable, *others: DataTable) -> DataSteps:
    (found,) = data_steps(Target(table.model, (table.definition,), (table,), ()), (table, *others))
    return found


def test_irreversible_steps_are_marked_and_nothing_else_is() -> None:
    found = steps_of(USAGE, TOOL)
    assert all(step.irreversible for step in found.irreversible)
    assert not any(step.irreversible for step in (*found.backup, *found.migration, *found.rollback))
    assert [step.title for step in found.irreversible] == ["Drop the columns that point to it", "Drop the table"]


def test_each_framework_gets_its_own_migration_and_doubts_are_notes() -> None:
    import msgspec

    django = msgspec.structs.replace(USAGE, framework="django", definition="shop.tools.models:ToolUsage")
    assert "makemigrations --name drop_tool_usage" in steps_of(django).migration[0].commands
    assert "sqlmigrate tools drop_tool_usage" in steps_of(django).migration[0].commands
    assert 'migrations.DeleteModel(name="ToolUsage")' in steps_of(django).migration[1].commands
    unmanaged = msgspec.structs.replace(django, managed=False)
    assert "not managed" in steps_of(unmanaged).migration[0].title
    body = steps_of(USAGE).migration[1].commands
    compile(body, "migration", "exec")
    assert "op.drop_table('ToolUsage', schema='ops')" in body
    child = DataTable("m:C", "C", "c", "django", "m.py", 50, 60,
                      (DataColumn("usage_ptr", "bigint", False, primary_key=True),))  # fmt: skip
    parent = msgspec.structs.replace(
        USAGE, referenced_by=(ForeignKey("c", "usage_ptr", "ops.ToolUsage", "id", "m.py", 50),), complete=False,
        computed_name=True, columns=(*USAGE.columns, DataColumn("blob")),
    )  # fmt: skip
    notes = " ".join(steps_of(parent, child).notes)
    for said in ("retire it first", "computed at run time", "no part of this project", "`blob`"):
        assert said in notes
    assert [step.title for step in steps_of(parent, child).irreversible] == ["Drop the table"]
