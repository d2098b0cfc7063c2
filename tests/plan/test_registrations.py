"""A handler that a table of routes names goes with its entry there, on real source."""

from pathlib import Path

from auditor.errors import EditError
from auditor.plan.make import TryEdit
from auditor.removal.edit import remove
from tests.plan.test_end_to_end import apply_all, planned, steps, write

SITE = {
    "site_of/__init__.py": "",
    "site_of/settings.py": 'ROOT_URLCONF = "site_of.urls"\nINSTALLED_APPS = ["site_of"]\n',
    "manage.py": """
        import os
        from django.core.management import execute_from_command_line
        if __name__ == "__main__":
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_of.settings")
            execute_from_command_line()
        """,
    "site_of/urls.py": """
        from django.urls import path
        from site_of import views
        from site_of.old import Report

        urlpatterns = [
            path("", views.home),
            path(
                "old/",
                views.old,
            ),
            path("report/", Report.as_view()),
            path("kept/", views.kept),
        ]
        HANDLERS = {"kept": views.kept}
        """,
    "site_of/views.py": """
        from django.http import HttpResponse
        from site_of.texts import GREETING, OLD

        def home(request):
            return HttpResponse(GREETING)

        def old(request):
            return HttpResponse(OLD)

        def kept(request):
            return HttpResponse("")
        """,
    "site_of/texts.py": 'GREETING = "hello"\nOLD = "old"\n',
    "site_of/old.py": """
        from django.views import View

        class Report(View):
            def get(self, request):
                return None
        """,
}


def edits(root: Path) -> TryEdit:
    def try_edit(path: str, definitions: tuple[str, ...]) -> str | None:
        try:
            remove((root / path).read_bytes(), path.removesuffix(".py").replace("/", "."), definitions)
        except EditError as error:
            return str(error)
        return None

    return try_edit


def test_the_entry_in_the_table_of_routes_goes_with_the_handler(tmp_path: Path) -> None:
    static = write(tmp_path, SITE)
    counts = {"site_of.views:home": 9, "site_of.views:old": 0, "site_of.old:Report": 0, "site_of.views:kept": 0}
    plan = planned(static, counts, frozenset({"dormant"}), edits(tmp_path))
    found = steps(plan)
    assert set(found["site_of/urls.py"]) >= {"site_of.urls:@views.old", "site_of.urls:@Report", "site_of.urls:Report"}
    assert found["site_of/old.py"] == ("site_of.old:Report", "site_of.old:View")
    assert found["site_of/texts.py"] == ("site_of.texts:OLD",)
    entries = {entry.handler: entry for entry in plan.dormant}
    assert "stays and refers to it (site_of/urls.py:" in entries["site_of.views:kept"].why_not
    apply_all(tmp_path, static, plan, "site_of.urls")
    text = (tmp_path / "site_of/urls.py").read_text()
    assert text.split("\n\n", 1)[1] == (
        'urlpatterns = [\n    path("", views.home),\n    path("kept/", views.kept),\n]\n'
        'HANDLERS = {"kept": views.kept}\n'
    )
    one = planned(write(tmp_path, SITE), counts, frozenset({"id:site_of.views:old"}), edits(tmp_path))
    assert set(steps(one)) == {"site_of/urls.py", "site_of/views.py", "site_of/texts.py"}
    assert {entry.handler: entry.batches for entry in one.dormant}["site_of.views:old"] == (1,)
