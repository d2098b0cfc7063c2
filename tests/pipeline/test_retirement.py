"""Retiring one symbol on real repositories: found in all forms, ordered, refused while it is used, ticked, checked."""

import json
import re
from pathlib import Path

import pytest

from auditor import pipeline
from auditor.cli.program import run
from auditor.errors import ConfigError
from auditor.git import Repository
from auditor.model.retirement import Residue, Retirement
from tests.production import NOW, Project

SCHEMA = """\
model Tool {
  id     String      @id
  usages ToolUsage[]
  stats  ToolUsageStats?
}

model ToolUsage {
  id     Int    @id @default(autoincrement())
  toolId String
  tool   Tool   @relation(fields: [toolId], references: [id])
}

model ToolUsageStats {
  id     Int    @id
  toolId String @unique
  tool   Tool   @relation(fields: [toolId], references: [id])
}
"""
WEB = {
    "prisma/schema.prisma": SCHEMA,
    "prisma/migrations/1_init/migration.sql": 'CREATE TABLE "ToolUsage" ("id" SERIAL PRIMARY KEY);\n',
    "prisma/seed.ts": "await prisma.toolUsage.createMany({ data });\nawait prisma.toolUsageStats.deleteMany();\n",
    "src/services/toolService.ts": (
        "export async function recordToolUsage(id: string) {\n"
        "  await prisma.toolUsageStats.upsert({ where: { id } });\n"
        "  await prisma.toolUsage.create({ data: { toolId: id } });\n}\n"
    ),
    "src/services/analytics.ts": (
        'import { ToolUsage } from "../types/toolUsage";\n'
        "const tool = await prisma.tool.findMany({ include: { usages: true } });\n"
        "export const trend = () => prisma.toolUsage.count();\n"
        "// Tool usage is counted per day\n"
    ),
    "src/services/stats.ts": "export const top = () => prisma.toolUsageStats.findMany();\n",
    "src/app/api/admin/tool-usage/route.ts": "export async function GET() { return trend(); }\n",
    "src/components/Dashboard.tsx": 'const data = await fetch("/api/admin/tool-usage?days=7");\n',
    "src/types/toolUsage.ts": "export interface ToolUsage {\n  id: number;\n  toolId: string;\n}\n",
    "tests/factories/tool.ts": "export const makeUsage = () => prisma.toolUsage.create({ data: {} });\n",
    "e2e/global-setup.ts": "await prisma.toolUsage.deleteMany();\n",
    "scripts/clean.sh": "psql -c 'DELETE FROM \"ToolUsage\"' # TOOL_USAGE\n",
    "docs/tools.md": "Rows of `ToolUsage` are kept for ever. See `ToolUsageStats`.\n",
    "CHANGELOG.md": "- added ToolUsage\n",
    ".github/workflows/ci.yml": "run: test -n tool_usages\n",
    "src/logo.bin": "\0\0ToolUsage\0",
    ".gitignore": "dist/\n",
}


def repository(root: Path, files: dict[str, str]) -> Path:
    made = Repository.init(root)
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    made.run("add", "--all")
    made.run("commit", "-q", "-m", "first")
    (root / "dist").mkdir(exist_ok=True)
    (root / "dist/bundle.js").write_text("prisma.toolUsage.create()")
    return root


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(repository(tmp_path, WEB))
    return tmp_path


def stored(root: Path, name: str = "ToolUsage") -> Retirement:
    import msgspec

    return msgspec.json.decode((root / f"reports/retire-{name}.json").read_bytes(), type=Retirement)


def files(plan: Retirement, *, late: bool = False) -> list[str]:
    return [task.path for batch in plan.batches if batch.after_barrier == late for task in batch.tasks]


def command(*arguments: str) -> int:
    return run(["retire", *arguments, "--now", NOW.isoformat()])


def test_a_table_of_prisma_and_all_that_names_it(web: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("tool_usage") == 3
    text = capsys.readouterr().out
    assert "Not cleared" in text and max(len(line) for line in text.splitlines()) <= 80
    plan = stored(web)
    assert [table.name for table in plan.target.tables] == ["ToolUsage"]
    early = files(plan)
    assert sorted(early) == sorted((
        "prisma/seed.ts", "src/services/toolService.ts", "src/services/analytics.ts", "src/types/toolUsage.ts",
        "src/app/api/admin/tool-usage/route.ts", "src/components/Dashboard.tsx", "tests/factories/tool.ts",
        "e2e/global-setup.ts", "scripts/clean.sh", "docs/tools.md", ".github/workflows/ci.yml",
    ))  # fmt: skip
    assert files(plan, late=True) == ["prisma/schema.prisma"]
    assert all(1 <= len(batch.tasks) <= 5 for batch in plan.batches)
    assert max(early.index("e2e/global-setup.ts"), early.index("tests/factories/tool.ts")) < early.index(
        "src/services/toolService.ts"
    )
    tasks = {task.path: task for batch in plan.batches for task in batch.tasks}
    assert tasks["src/types/toolUsage.ts"].action == "delete_file"
    assert tasks["src/app/api/admin/tool-usage/route.ts"].action == "delete_file"
    assert [(one.line, one.what) for one in tasks["src/services/toolService.ts"].occurrences] == [
        (3, "remove the `create` call")
    ]
    assert [(one.line, one.end_line, one.what) for one in tasks["prisma/schema.prisma"].occurrences] == [
        (3, 0, "remove the field"), (7, 11, "delete the block, lines 7 to 11"),
    ]  # fmt: skip
    assert {row.area: (row.files, row.lines) for row in plan.areas} == {
        "tests": (2, 2), "seeds": (1, 1), "ci": (1, 1), "routes": (1, 0), "scripts": (1, 1), "services": (3, 4),
        "types": (1, 1), "docs": (1, 1), "schema": (1, 2), "migrations": (1, 1),
    }  # fmt: skip
    assert {one.name for one in plan.longer_names} == {"ToolUsageStats", "toolUsageStats", "recordToolUsage"}
    assert [one.path for one in plan.history] == ["CHANGELOG.md", "prisma/migrations/1_init/migration.sql"]
    assert [one.path for one in plan.weak] == ["src/services/analytics.ts"]
    assert [(one.name, one.places[-1]) for one in plan.relations] == [("usages", "src/services/analytics.ts:2")]
    assert plan.binary == ("src/logo.bin",)


def test_the_document_can_be_worked_through(web: Path) -> None:
    command("ToolUsage")
    text = (web / "reports/retire-ToolUsage.md").read_text()
    order = ["## Pre-flight", "## Impact", "## Batches", "## Deploy barrier", "## After the barrier", "## Data",
             "#### Backup", "#### Migration", "**IRREVERSIBLE**", "### Rollback", "## At the end"]  # fmt: skip
    places = [text.index(one) for one in order]
    assert places == sorted(places)
    assert 'pg_dump "$DATABASE_URL" --format=custom --table=\'"ToolUsage"\'' in text
    assert 'CREATE TABLE "retired_ToolUsage" AS SELECT * FROM "ToolUsage";' in text
    assert "npx prisma migrate dev --create-only --name drop_tool_usage" in text
    assert 'DROP TABLE "ToolUsage";' in text
    assert 'CREATE TABLE "ToolUsage" (\n      "id" serial NOT NULL,\n      "toolId" text NOT NULL,' in text
    assert re.search(r"- \[ \] Edit `src/services/analytics.ts`\n  - 1: Remove the import: `import", text)


def test_run_again_it_ticks_what_is_done_and_check_says_what_is_left(
    web: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command("ToolUsage")
    before = stored(web)
    assert command("ToolUsage", "--check") == 1
    left = capsys.readouterr().out
    assert "src/services/toolService.ts:3: await prisma.toolUsage.create" in left
    assert "src/logo.bin: (binary file)" in left
    assert "migration.sql" not in left and "CHANGELOG" not in left and "dist/" not in left and "reports/" not in left

    (web / "src/types/toolUsage.ts").unlink()
    (web / "src/new.ts").write_text("log(toolUsage)\n")
    for path in ("e2e/global-setup.ts", "src/logo.bin"):
        (web / path).write_text("done\n")
    command("ToolUsage")
    after = stored(web)
    assert [[task.path for task in batch.tasks] for batch in before.batches] == [
        [task.path for task in batch.tasks] for batch in after.batches if batch.number <= len(before.batches)
    ]
    done = {task.path for batch in after.batches for task in batch.tasks if task.done}
    assert done == {"src/types/toolUsage.ts", "e2e/global-setup.ts"}
    assert [task.path for task in after.batches[-2].tasks] == ["src/new.ts"]
    assert "- [x] Edit `e2e/global-setup.ts`" in (web / "reports/retire-ToolUsage.md").read_text()

    for batch in after.batches:
        for task in batch.tasks:
            if (web / task.path).exists():
                (web / task.path).unlink()
    (web / "prisma/schema.prisma").write_text(SCHEMA.replace("  usages ToolUsage[]\n", "").replace(
        SCHEMA[SCHEMA.index("model ToolUsage {") : SCHEMA.index("model ToolUsageStats")], ""))  # fmt: skip
    capsys.readouterr()
    assert command("toolUsage", "--check") == 0
    assert "nothing left" in capsys.readouterr().out
    command("ToolUsage")
    final = stored(web)
    assert all(batch.done for batch in final.batches)
    assert [steps.table for steps in final.data] == ["ToolUsage"], "the table is still to be dropped"


def test_the_same_input_gives_the_same_bytes_and_allowed_places_are_allowed(
    web: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command("ToolUsage")
    first = (web / "reports/retire-ToolUsage.json").read_bytes()
    command("ToolUsage")
    assert (web / "reports/retire-ToolUsage.json").read_bytes() == first
    allowed = [word for path in ("src/*", "prisma/*", "tests/*", "e2e/*", "scripts/*", "docs/*", ".github/*")
               for word in ("--allow", path)]  # fmt: skip
    assert command("ToolUsage", "--check", *allowed) == 0
    capsys.readouterr()
    command("ToolUsage", "--area", "docs=src/components/*", "--format", "json", "--output-dir", "other")
    shown = json.loads(capsys.readouterr().out)
    assert next(row["files"] for row in shown["areas"] if row["area"] == "docs") == 2
    assert shown["format_version"] == 1


APP = {
    "shop/__init__.py": "",
    "shop/models.py": """
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Tool(Base):
    __tablename__ = "tools"
    id = Column(Integer, primary_key=True)
    last_usage_id = Column(ForeignKey("tool_usages.id"))


class ToolUsage(Base):
    __tablename__ = "tool_usages"
    id = Column(Integer, primary_key=True)
    who = Column(String(40), nullable=False)

    def label(self):
        return self.who
""",
    "shop/record.py": """
from shop.models import ToolUsage as Row


def record(who):
    return Row(who=who)


def forgotten():
    return Row(who="nobody")
""",
    "shop/other.py": """
def summary():
    tool_usage = 3
    return tool_usage


class Elsewhere:
    class ToolUsage:
        pass
""",
    "shop/main.py": """
from fastapi import FastAPI
from shop import models
from shop.other import summary
from shop.record import forgotten, record

app = FastAPI()


@app.post("/usage")
def post_usage():
    return record("me")


@app.get("/old")
def old():
    tool_usage = forgotten()
    return tool_usage


@app.get("/summary")
def get_summary():
    return summary()
""",
    "tests/test_record.py": "from shop.models import ToolUsage\n\n\ndef test_label():\n    assert ToolUsage(who='a')\n",
}
ROUTES = {"POST /usage": "shop.main:post_usage", "GET /old": "shop.main:old", "GET /summary": "shop.main:get_summary"}


def retired(project: Project, symbol: str = "ToolUsage") -> Retirement:
    return pipeline.retire(project.loaded, symbol, days=14, now=NOW, environment={})


def test_python_by_reference_and_refused_while_it_is_used(tmp_path: Path) -> None:
    shop = Project(tmp_path, APP)
    shop.watch(routes=ROUTES, calls={"POST /usage": 7, "GET /summary": 5})
    with pytest.raises(ConfigError, match=r"may mean shop.models:ToolUsage .*shop.other:Elsewhere.ToolUsage"):
        retired(shop)
    plan = retired(shop, "shop.models:ToolUsage")
    assert plan.preflight.state == "used"
    (used,) = plan.preflight.used
    assert (used.key, used.count) == ("POST /usage", 7 * 14) or used.count >= 7 * 14
    assert used.chain == ("shop.main:post_usage", "shop.record:record", "shop.models:ToolUsage")
    assert used.last_seen is not None
    assert plan.preflight.quiet == ("GET /old",)
    occurrences = {(one.path, one.line): one for batch in plan.batches for task in batch.tasks
                   for one in task.occurrences}  # fmt: skip
    assert {place: one.kind for place, one in occurrences.items() if place[0].startswith("shop/")} == {
        ("shop/models.py", 11): "reference", ("shop/models.py", 14): "definition",
        ("shop/record.py", 2): "reference", ("shop/record.py", 6): "reference", ("shop/record.py", 10): "reference",
    }  # fmt: skip
    assert occurrences["shop/models.py", 11].what == "remove the foreign key `last_usage_id` of the table `tools`"
    assert {(one.path, one.line) for one in plan.other_things} == {
        ("shop/other.py", 3), ("shop/other.py", 4), ("shop/other.py", 8), ("shop/main.py", 17), ("shop/main.py", 18),
    }  # fmt: skip
    assert files(plan) == ["tests/test_record.py", "shop/record.py"]
    assert files(plan, late=True) == ["shop/models.py"]
    (steps,) = plan.data
    assert "op.drop_table('tool_usages')" in steps.migration[1].commands
    assert steps.irreversible[0].commands == 'ALTER TABLE "tools" DROP COLUMN "last_usage_id";'


def test_contradictions_come_first_and_thin_evidence_clears_nothing(tmp_path: Path) -> None:
    shop = Project(
        tmp_path, {**APP, "shop/ghost.py": "from shop import models\n\n\ndef ghost():\n    return models.ToolUsage()\n"}
    )
    shop.watch(routes={**ROUTES, "GET /ghost": "shop.ghost:ghost"}, calls={"POST /usage": 7, "GET /ghost": 1})
    used = retired(shop, "shop.models:ToolUsage").preflight.used
    assert [(one.key, one.contradicted) for one in used] == [("GET /ghost", True), ("POST /usage", False)]
    (tmp_path / "thin").mkdir()
    thin = Project(tmp_path / "thin", APP)
    thin.watch(routes=ROUTES, calls={"GET /summary": 5}, days=3)
    plan = retired(thin, "shop.models:ToolUsage")
    assert plan.preflight.state == "unknown" and plan.preflight.used == () and plan.batches


VIEWS = """
from django.views.generic import ListView, View
from rest_framework import serializers, viewsets
from shop.models import Other, ToolUsage


class UsageSerializer(serializers.ModelSerializer):
    class Meta:
        model = ToolUsage


class BySerializer(viewsets.ModelViewSet):
    serializer_class = UsageSerializer


class ByQuery(ListView):
    queryset = ToolUsage.objects.all()


class ByMethod(View):
    form = UsageSerializer

    def get(self, request):
        return self.form


class Pointing(ListView):
    model = Other


def imported(request):
    return None
"""


def test_what_stands_in_the_body_of_a_class_is_used_with_it_and_a_foreign_key_is_no_use(tmp_path: Path) -> None:
    shop = Project(tmp_path, {
        "shop/__init__.py": "",
        "shop/models.py": (
            "from django.db import models\n\n\nclass ToolUsage(models.Model):\n    who = models.TextField()\n\n\n"
            "class Other(models.Model):\n    usage = models.ForeignKey(ToolUsage, on_delete=models.CASCADE)\n"
        ),
        "shop/views.py": VIEWS,
        "shop/urls.py": (
            "from django.urls import include, path\nfrom rest_framework.routers import DefaultRouter\n"
            "from shop import views\nrouter = DefaultRouter()\nrouter.register('a', views.BySerializer, 'a')\n"
            "urlpatterns = [path('r/', include(router.urls)), path('q/', views.ByQuery.as_view()),\n"
            "    path('m/', views.ByMethod.as_view()), path('p/', views.Pointing.as_view()),\n"
            "    path('i/', views.imported)]\n"
        ),
        "shop/settings.py": "ROOT_URLCONF = 'shop.urls'\n",
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
    })  # fmt: skip
    ways = {one.definition for one in retired(shop).preflight.unmeasured}
    assert ways == {"shop.views:BySerializer", "shop.views:ByQuery", "shop.views:ByMethod"}


def test_go_where_all_that_leads_to_it_is_watched_and_quiet(tmp_path: Path) -> None:
    shop = Project(tmp_path, APP)
    shop.watch(routes=ROUTES, calls={"GET /summary": 5})
    plan = retired(shop, "shop.models:ToolUsage")
    assert (plan.preflight.state, plan.preflight.used) == ("go", ())
    assert plan.preflight.quiet == ("GET /old", "POST /usage")
    shop.commit({"shop/jobs.py": (
        "from celery import shared_task\nfrom shop.record import record\n\n\n"
        "@shared_task\ndef nightly():\n    record('job')\n"
    )})  # fmt: skip
    again = retired(shop, "shop.models:ToolUsage")
    assert again.preflight.state == "unknown"
    assert [one.definition for one in again.preflight.unmeasured] == ["shop.jobs:nightly"]


def test_what_was_another_thing_stays_it_when_the_definition_is_gone(tmp_path: Path) -> None:
    shop = Project(tmp_path, APP)
    made = retired(shop, "shop.models:ToolUsage")
    assert made.preflight.state == "unknown"
    directory = shop.root / "reports"
    pipeline.write_retirement(made, directory, "shop.models:ToolUsage")
    text = APP["shop/models.py"]
    shop.commit({
        "shop/models.py": text[: text.index("class ToolUsage")].replace('Column(ForeignKey("tool_usages.id"))', "1"),
        "tests/test_record.py": None,
    })  # fmt: skip

    def left() -> Residue:
        return pipeline.retire_check(shop.loaded, "shop.models:ToolUsage", now=NOW)

    assert [(one.path, one.line) for one in left().left] == [("shop/record.py", 2)], "the import leads nowhere now"
    shop.commit({"shop/record.py": "def record(who):\n    return None\n\n\ndef forgotten():\n    return None\n"})
    assert left().clean and left().other == 5


def test_who_imports_typescript_comes_before_what_it_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository(tmp_path, {
        "src/a/usageChart.tsx": "export function UsageChart() { return 1; }\n",
        "src/b/panel.tsx": 'import { UsageChart } from "../a/usageChart";\n',
        "src/z/page.tsx": 'import { P } from "@/b/panel";\nconst x = <UsageChart />;\n',
        "src/a/index.ts": 'export * from "./usageChart"; // UsageChart\n',
    }))  # fmt: skip
    assert command("usage-chart") == 3
    plan = stored(tmp_path, "usage-chart")
    assert files(plan) == ["src/a/index.ts", "src/z/page.tsx", "src/b/panel.tsx", "src/a/usageChart.tsx"]
    assert plan.data == () and not any(batch.after_barrier for batch in plan.batches)


def test_names_that_mean_nothing_end_with_2_and_what_is_near(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = Project(tmp_path, APP)
    monkeypatch.chdir(shop.root)
    for symbol, said in (
        ("ToolUsag", "found nowhere as a name in this repository; near it are ToolUsage"),
        ("shop.models:Nothing", "names no definition"),
        ("ToolUsage", "may mean"),
        ("--", "is no name"),
        ("tool\x1b[31m", "found nowhere"),
    ):
        assert run(["retire", "--", symbol]) == 2, symbol
        shown = capsys.readouterr()
        assert said in shown.err and "\x1b" not in shown.err + shown.out
    assert run(["retire", "ToolUsage", "--area", "kitchen=x"]) == 2
    assert "--area" in capsys.readouterr().err
    assert not (shop.root / "reports").exists()
    assert command("ToolUsags", "--check") == 0
    assert "near its name are tool_usages, ToolUsage" in " ".join(capsys.readouterr().out.split())
    assert command("shop.gone:ToolUsage", "--check") == 1, "what is gone is still looked for by its name"
    assert "shop/main.py:17: tool_usage" in capsys.readouterr().out


def test_hostile_names_are_text_in_every_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    web = repository(tmp_path, {
        "schema.prisma": 'model ToolUsage {\n  id Int @id @map("a\\"b")\n  @@map("t\'; DROP TABLE x; --")\n}\n',
        "src/```<script>`.ts": "a(toolUsage) // ```` <!-- \x1b[31m | ](x) `b`\n",
        "src/new\nline.ts": "toolUsage\n",
        "src/undecodable\udcff.ts": "toolUsage\n",
    })  # fmt: skip
    monkeypatch.chdir(web)
    assert command("ToolUsage") == 3
    shown = capsys.readouterr().out + (web / "reports/retire-ToolUsage.md").read_text()
    assert "\x1b" not in shown and "new\nline" not in shown
    document = (web / "reports/retire-ToolUsage.md").read_text()
    assert "<script>" not in document.replace("`````", "")
    assert "--table='\"t'\"'\"'; DROP TABLE x; --\"'" in document
