"""JavaScript and TypeScript from Knip's report to batches, on a real repository."""

import json
import sys
from pathlib import Path

import pytest

from auditor import pipeline
from auditor.errors import EditError, GitError, VerificationError
from auditor.model.plan import Plan, PlanFinding
from auditor.model.verdict import Verdict
from tests.production import NOW, Project

LIB = "export const price = 1;\nexport const oldPrice = 2;\nexport type Old = { n: number };\n"
FILES = {
    "shop/__init__.py": "",
    "shop/main.py": "from fastapi import FastAPI\napp = FastAPI()\n\n\n@app.get('/')\ndef home():\n    return {}\n",
    "templates/page.html": '<script src="/static/campaign.js"></script>\n',
    "web/campaign.js": "console.log(1);\n",
    "web/app.ts": 'import { Checkout } from "./widgets/Checkout";\nimport { price } from "./lib";\n',
    "web/lib.ts": LIB,
    "web/widgets/Checkout.tsx": "export const Checkout = 1;\n",
    "web/widgets/Rendered.tsx": "export const Rendered = 1;\n",
    "web/old/Feature.tsx": 'import { part } from "./part";\nexport const Feature = () => part;\n',
    "web/old/part.ts": "export const part = 1;\n",
}
REPORT = {
    "files": ["web/campaign.js", "web/old/Feature.tsx", "web/old/part.ts", "web/widgets/Rendered.tsx"],
    "issues": [{
        "file": "web/lib.ts",
        "exports": [{"name": "oldPrice", "line": 2, "col": 14}],
        "types": [{"name": "Old", "line": 3, "col": 13}],
    }],
}  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path, FILES)
    config = (made.root / "auditor.toml").read_text("utf-8")
    made.commit({
        "auditor.toml": config + '[[scan.reports]]\ntool = "knip"\npath = "knip.json"\n',
        "knip.json": json.dumps(REPORT),
    }, days_ago=90)  # fmt: skip
    return made


def planned(project: Project, **more: object) -> Plan:
    return pipeline.plan(project.loaded, days=14, now=NOW, environment={}, **more)  # type: ignore[arg-type]  # keywords of the function under test


def by_id(plan: Plan) -> dict[str, PlanFinding]:
    return {one.id: one for one in plan.findings}


def test_unused_files_go_importers_first_and_what_was_rendered_or_named_stays(project: Project) -> None:
    project.watch({"GET /": 9}, {"GET /": "shop.main:home"}, components={"checkout": 40, "Rendered": 1})
    plan = planned(project, max_files=1)
    found = by_id(plan)
    assert found["web/widgets/Rendered.tsx"].verdict is Verdict.CONTRADICTED
    assert found["web/widgets/Rendered.tsx"] in plan.contradictions
    assert [held.reason for held in found["web/campaign.js"].held_back] == ["still_referenced"]
    assert "templates/page.html:1" in found["web/campaign.js"].held_back[0].detail
    order = [(step.path, step.action) for batch in plan.batches for step in batch.steps]
    assert order.index(("web/old/Feature.tsx", "delete_file")) < order.index(("web/old/part.ts", "delete_file"))
    (exports,) = [step for batch in plan.batches for step in batch.steps if step.path == "web/lib.ts"]
    assert exports.action == "edit" and exports.remove == ("web/lib.ts:Old", "web/lib.ts:oldPrice")
    assert plan.unattributed == ()
    assert "- [ ] Edit `web/lib.ts`, by `knip --fix`" in pipeline.render_plan(project.loaded, plan, "markdown")
    assert "by <code>knip --fix</code>" in pipeline.render_plan(project.loaded, plan, "html")
    assert plan.counts["CONTRADICTED"] == 1 and plan.counts["DEAD"] >= 4


def test_components_of_the_server_are_no_browsers(project: Project) -> None:
    project.watch({"GET /": 9}, {"GET /": "shop.main:home"}, components={"invoice-export": 40})
    plan = planned(project)
    verdicts = {one.verdict for one in plan.findings if one.path.startswith("web/")}
    assert verdicts == {Verdict.UNDECIDED} and not plan.batches


def test_what_changed_in_the_window_or_is_new_to_git_waits(project: Project) -> None:
    project.watch({"GET /": 9}, {"GET /": "shop.main:home"}, components={"checkout": 40})
    project.commit({"web/old/part.ts": "export const part = 2;\n"}, days_ago=3)
    found = by_id(planned(project))
    assert [held.reason for held in found["web/old/part.ts"].held_back] == ["changed_in_window"]
    assert found["web/old/Feature.tsx"].batch is not None


def test_what_production_still_ran_when_the_window_began_is_what_was_observed(project: Project) -> None:
    ran = project.repository.resolve("HEAD")
    project.watch({"GET /": 9}, {"GET /": "shop.main:home"}, components={"checkout": 40}, version=ran)
    project.commit({"web/old/part.ts": "export const part = 2;\n"}, days_ago=30)
    found = by_id(planned(project))
    assert [held.reason for held in found["web/old/part.ts"].held_back] == ["changed_in_window"]


def test_a_report_that_is_older_than_the_code_releases_nothing_that_is_imported_now(project: Project) -> None:
    project.watch({"GET /": 9}, {"GET /": "shop.main:home"}, components={"checkout": 40})
    project.commit({"web/app.ts": 'import { Feature } from "./old/Feature";\n'}, days_ago=1)
    found = by_id(planned(project))
    assert [held.reason for held in found["web/old/Feature.tsx"].held_back] == ["still_referenced"]
    assert [held.reason for held in found["web/old/part.ts"].held_back] == ["still_referenced"]


def test_reports_that_are_committed_hold_nothing_back(project: Project) -> None:
    config = (project.root / "auditor.toml").read_text("utf-8").replace('"knip.json"', '"web/unused.json"')
    named = json.dumps(
        {"findings": [{"path": "web/old/part.ts"}, {"path": "part.ts"}, {"path": "web/old/Feature.tsx"}]}
    )
    project.commit({
        "auditor.toml": config + '[report]\ndirectory = "./.unused/"\n', "knip.json": None,
        "web/unused.json": json.dumps(REPORT), ".unused/scan.json": named,
    }, days_ago=80)  # fmt: skip
    project.watch({"GET /": 9}, {"GET /": "shop.main:home"}, components={"checkout": 40})
    found = by_id(planned(project))
    assert found["web/old/part.ts"].batch is not None and found["web/old/Feature.tsx"].batch is not None
    project.commit({"web/pages.json": named}, days_ago=1)
    held = by_id(planned(project))["web/old/part.ts"].held_back
    assert [one.reason for one in held] == ["still_referenced"] and "web/pages.json:1" in held[0].detail


def test_the_keep_list_names_scripts_by_path(project: Project) -> None:
    project.watch({"GET /": 9}, {"GET /": "shop.main:home"}, components={"checkout": 40})
    config = (project.root / "auditor.toml").read_text("utf-8")
    entry = '[[keep]]\ndefinition = "web/old/*"\nreason = "campaign in spring"\nowner = "team-web"\n'
    project.commit({"auditor.toml": config + entry}, days_ago=80)
    held = by_id(planned(project))["web/old/Feature.tsx"].held_back
    assert [one.reason for one in held] == ["keep_list"] and "team-web" in held[0].detail


KNIP = """
import pathlib
assert pathlib.Path("node_modules/installed").exists(), "what is installed has to be at hand"
lib = pathlib.Path("web/lib.ts")
lib.write_text(lib.read_text().replace("export const old", "const old").replace("export type", "type"))
pathlib.Path("package.json").write_text("{}")
"""


def with_knip(project: Project, tmp_path: Path, script: str) -> None:
    (tmp_path / "knip.py").write_text(script)
    config = (project.root / "auditor.toml").read_text("utf-8")
    config = config.replace("[plan]", f"[plan]\nknip = {json.dumps(f'{sys.executable} {tmp_path}/knip.py')}")
    ignored = (project.root / ".gitignore").read_text("utf-8") + "node_modules/\n"
    project.commit({"auditor.toml": config, "package.json": '{"name": "shop"}\n', ".gitignore": ignored}, days_ago=80)
    (project.root / "node_modules/installed").mkdir(parents=True)


def test_batches_of_scripts_are_applied_and_taken_back(project: Project, tmp_path: Path) -> None:
    with_knip(project, tmp_path, KNIP)
    project.watch({"GET /": 9}, {"GET /": "shop.main:home"}, components={"checkout": 40})
    plan = planned(project)
    tree = project.repository.tree("HEAD")
    for batch in plan.batches:
        pipeline.apply(project.loaded, plan, batch.number, now=NOW)
    assert (project.root / "web/lib.ts").read_text("utf-8") == LIB.replace("export const old", "const old").replace(
        "export type", "type"
    )
    assert (project.root / "package.json").read_text("utf-8") == '{"name": "shop"}\n'
    assert not (project.root / "web/old/Feature.tsx").exists() and (project.root / "web/campaign.js").exists()
    assert project.repository.uncommitted() == ()
    for batch in reversed(plan.batches):
        pipeline.rollback(project.loaded, batch.number, now=NOW)
    assert project.repository.tree("HEAD") == tree


@pytest.mark.parametrize(
    ("script", "why"),
    [("", "took no export out of it"), ("raise SystemExit('Knip is not installed')", "Knip is not installed")],
)
def test_where_knip_does_nothing_nothing_is_changed(project: Project, tmp_path: Path, script: str, why: str) -> None:
    with_knip(project, tmp_path, script)
    project.watch({"GET /": 9}, {"GET /": "shop.main:home"}, components={"checkout": 40})
    plan = planned(project)
    (number,) = [batch.number for batch in plan.batches if "web/lib.ts" in batch.paths]
    head = project.repository.resolve("HEAD")
    with pytest.raises(EditError, match=why):
        pipeline.apply(project.loaded, plan, number, now=NOW)
    assert project.repository.resolve("HEAD") == head and project.repository.uncommitted() == ()


def test_what_was_rendered_or_edited_since_the_plan_is_not_deleted(project: Project) -> None:
    project.watch({"GET /": 9}, {"GET /": "shop.main:home"}, components={"checkout": 40})
    plan = planned(project, max_files=1)
    (number,) = [batch.number for batch in plan.batches if "web/old/Feature.tsx" in batch.paths]
    project.watch({"GET /": 9}, {"GET /": "shop.main:home"}, components={"Feature": 1}, days=1)
    project.collect()
    with pytest.raises(VerificationError, match="Feature"):
        pipeline.apply(project.loaded, plan, number, now=NOW)
    (later,) = [batch.number for batch in plan.batches if "web/old/part.ts" in batch.paths]
    assert number in next(batch.depends_on for batch in plan.batches if batch.number == later)


def test_a_file_that_changed_since_the_plan_is_not_deleted(project: Project) -> None:
    project.watch({"GET /": 9}, {"GET /": "shop.main:home"}, components={"checkout": 40})
    plan = planned(project, max_files=1)
    (number,) = [batch.number for batch in plan.batches if "web/old/Feature.tsx" in batch.paths]
    project.commit({"web/old/Feature.tsx": "export const Feature = 3;\n"}, days_ago=0)
    with pytest.raises(GitError, match="changed after the plan was made"):
        pipeline.apply(project.loaded, plan, number, now=NOW)
