"""What files that are not Python still name is not let go: the place that would fail is told."""

from collections.abc import Mapping
from pathlib import Path

from auditor.model.gate import GateResult
from tests.changes import judged
from tests.production import Project

WORK = "def main():\n    return 1\n"
JOBS = ("served", "run", "timed", "unit", "made", "built", "script", "handled", "listed", "dumped", "started", "piped",
        "echoed", "moved")  # fmt: skip
SHOP = {
    "shop/__init__.py": "",
    "shop/spare.py": WORK,
    "shop/documented.py": WORK,
    **{f"shop/{name}.py": WORK for name in JOBS},
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n[project.scripts]\nshop = "shop.script:main"\n',
    "Dockerfile": 'FROM python:3.12\nCMD ["gunicorn", "shop.served:main"]\n',
    "Procfile": "web: uvicorn shop.started:main\n",
    "compose.yaml": "services:\n  worker:\n    command: python -m shop.run\n",
    "deploy/crontab": "5 4 * * * app python /app/shop/timed.py\n",
    "deploy/worker.service": "[Service]\nExecStart=/usr/bin/python -m shop.unit\n",
    "Makefile": "load:\n\tpython shop/made.py\n",
    ".github/workflows/ci.yml": "jobs:\n  x:\n    steps:\n      - run: python -m shop.built\n",
    "serverless.yml": "functions:\n  one:\n    handler: shop/handled.main\n",
    "plugins.ini": "[plugins]\nfirst = shop.listed:main\n",
    "plugins.json": '{"factory": "shop.dumped.main"}\n',
    "pipeline.toml": 'step = "shop.piped:main"\n',
    "deploy/check.sh": "#!/bin/sh\n[ -f shop/spare.py ] && rm -f shop/spare.py; test ! -e shop/spare.py\n"
    'echo "see shop/spare.py"; printf \'shop/spare.py\'\necho "$(python shop/echoed.py)" | tee log\n',
    "tools/build.py": WORK,
    "deploy/release.sh": "python -m build --wheel\npython -m pytest\n",
    "deploy/prestart.sh": "python /app/shop/moved.py\n",
    "README.md": "Run `python -m shop.documented` or see shop.documented.main.\n",
    "docs/index.rst": ".. autofunction:: shop.documented.main\n",
}
PLACES = {
    "shop.served": "Dockerfile:2",
    "shop.started": "Procfile:1",
    "shop.run": "compose.yaml:3",
    "shop.timed": "deploy/crontab:1",
    "shop.unit": "deploy/worker.service:2",
    "shop.made": "Makefile:2",
    "shop.built": ".github/workflows/ci.yml:4",
    "shop.handled": "serverless.yml:3",
    "shop.listed": "plugins.ini:2",
    "shop.dumped": "plugins.json:1",
    "shop.piped": "pipeline.toml:1",
    "shop.echoed": "deploy/check.sh:4",
    "shop.moved": "deploy/prestart.sh:1",
    "shop.script": "pyproject.toml:5",
}


def dangling(result: GateResult) -> dict[str, str]:
    return {
        breach.id.partition(":")[0]: f"{breach.path}:{breach.line}"
        for breach in result.breaches
        if breach.why == "dangling_reference"
    }


def built(root: Path, files: Mapping[str, str]) -> Project:
    project = Project(root, files)
    project.watch({"GET /other": 3}, {"GET /other": "x:other"})
    project.collect()
    return project


def test_files_that_still_name_what_went_are_told_with_their_lines(tmp_path: Path) -> None:
    project = built(tmp_path, SHOP)
    gone = {f"shop/{name}.py": None for name in (*JOBS, "documented", "spare")} | {"tools/build.py": None}
    result = judged(project, {**gone, "compose.yaml": f"# moved\n{SHOP['compose.yaml']}"})
    assert dangling(result) == PLACES | {"shop.run": "compose.yaml:4"}
    assert not result.passed


def test_what_is_taken_out_of_the_file_as_well_or_moved_is_not_missed_there(tmp_path: Path) -> None:
    project = built(tmp_path, SHOP)
    moved = {"shop/piped.py": None, "shop/steps.py": WORK, "pipeline.toml": 'step = "shop.steps:main"\n'}
    moved |= {"shop/moved.py": None, "app/shop/moved.py": WORK}  # /app/shop of the machine is app/shop now
    result = judged(project, {**moved, "shop/listed.py": None, "plugins.ini": "[plugins]\n"})
    assert dangling(result) == {}


DJANGO = {
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_.settings")\n',
    "site_/__init__.py": "",
    "site_/settings.py": 'ROOT_URLCONF = "site_.urls"\nINSTALLED_APPS = ["site_"]\n',
    "site_/views.py": "from django.shortcuts import render\n\n\n"
    "def order(request):\n    return render(request, 'a.html')\n\n\ndef kept(request):\n    return None\n"
    "\n\ndef old(request):\n    return None\n",
    "site_/urls.py": "from django.urls import path\nfrom site_ import views\n\n"
    "urlpatterns = [\n    path('order/', views.order, name='order'),\n"
    "    path('kept/', views.kept, name='kept.old'),\n    path('old/', views.old, name='old-page'),\n]\n",
    "site_/templates/a.html": "<a href=\"{% url 'order' %}\">\n"
    "<a href=\"{% url 'old-page' %}\">\n{% url 'admin:index' %}{% url 'shop:kept.old' %}\n",
}
FLASK = {
    "shop/__init__.py": "",
    "shop/web.py": "from flask import Flask, render_template\n\napp = Flask(__name__)\n\n\n"
    "@app.get('/')\ndef start():\n    return render_template('a.html')\n\n\n"
    "@app.get('/old')\ndef old():\n    return ''\n",
    "shop/templates/a.html": "<p>\n<a href=\"{{ url_for('old') }}\">\n",
}


def test_a_link_in_a_template_to_a_route_that_went_is_told(tmp_path: Path) -> None:
    for name, files, change, place in (
        (
            "django",
            DJANGO,
            {
                "site_/views.py": DJANGO["site_/views.py"].partition("\n\n\ndef old")[0] + "\n",
                "site_/urls.py": DJANGO["site_/urls.py"].replace("    path('old/', views.old, name='old-page'),\n", ""),
            },
            "site_/templates/a.html:2",
        ),
        (
            "flask",
            FLASK,
            {"shop/web.py": FLASK["shop/web.py"].partition("\n\n@app.get('/old')")[0]},
            "shop/templates/a.html:2",
        ),
    ):
        root = tmp_path / name
        root.mkdir()
        result = judged(built(root, files), change)
        assert list(dangling(result).values()) == [place], (name, result)
