"""What files that are not Python say, in the odd forms they are written in."""

import subprocess
import time
from pathlib import Path

import pytest

from auditor.analysis import discover
from auditor.analysis.outside import project_metadata
from auditor.analysis.outside.files import MAX_BYTES, kind_of
from auditor.analysis.outside.text import logical
from auditor.config import AuditConfig
from auditor.git import Repository

TREE = {
    "src/shop/__init__.py": "", "src/shop/main.py": "", "src/shop/worker.py": "", "src/shop/settings/prod.py": "",
    "scripts/load.py": "", "app.py": "", "backend/api/server.py": "",
}  # fmt: skip


def named(path: str, text: str, config: AuditConfig | None = None) -> set[tuple[str, str, int]]:
    """Return (group, target, line) of everything a file says of `TREE`."""
    contents = {**{name: body.encode() for name, body in TREE.items()}, path: text.encode()}
    found = project_metadata.read_from(contents.get, contents, config or AuditConfig())
    return {(one.group, one.target, one.line) for one in found.declared}


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.yaml", "x: shop.main.run", ("named", "shop.main.run:", 1)),
        ("a.yaml", "x: !!python/name:shop.main.run", ("named", "shop.main.run:", 1)),
        ("a.yaml", "- shop.main:run  # why", ("named", "shop.main:run", 1)),
        ("a.yaml", '- "a # b": shop.main:run', ("named", "shop.main:run", 1)),
        ("a.json", '{"x": "shop.main:run"}', ("named", "shop.main:run", 1)),
        ("a.toml", 'x = "shop.main:Factory.build(1)"', ("named", "shop.main:Factory.build", 1)),
        ("a.ini", "x = shop.main.run", ("named", "shop.main.run:", 1)),
        (".env", "HOOK=shop.main.run", ("named", "shop.main.run:", 1)),
        ("setup.cfg", "[metadata]\nversion = attr: shop.main.VERSION", ("named", "shop.main.VERSION:", 2)),
        ("setup.cfg", "[flake8:local-plugins]\nextension =\n  local-plugins = X = shop.main:Plugin",
         ("named", "shop.main:Plugin", 3)),
        ("Dockerfile", 'CMD ["python3.12", "-u", "-m", "shop.worker"]', ("run", "shop.worker:", 1)),
        ("Dockerfile", "CMD gunicorn \\\n  -w 2 \\\n  shop.main", ("served", "shop.main:", 1)),
        ("Dockerfile", 'CMD ["app.handler"]', ("named", "app.handler:", 1)),
        ("Dockerfile", "CMD exec hypercorn --bind :80 app:asgi", ("served", "app:asgi", 1)),
        ("Dockerfile", "CMD python /srv/app/scripts/load.py", ("run", "scripts/load.py", 1)),
        ("Dockerfile", "CMD streamlit run app.py", ("run", "app.py", 1)),
        ("Dockerfile", "ENV FLASK_APP=app:create()", ("served", "app:create", 1)),
        ("Dockerfile", "ENV FLASK_APP app", ("served", "app:", 1)),
        ("a.service", "ExecStart=celery -A ${CELERY_APP} app", None),
        ("Containerfile", "CMD waitress-serve --call shop.main:make", ("served", "shop.main:make", 1)),
        ("x.dockerfile", "# nothing\n", None),
        ("compose.yaml", "  environment:\n    DJANGO_SETTINGS_MODULE: shop.settings.prod",
         ("settings", "shop.settings.prod:", 2)),
        ("compose.yaml", "  image: shop:main", None),
        ("k8s/a.yml", "command:\n- python\n- -m\n- shop.worker", ("run", "shop.worker:", 1)),
        ("Procfile", "w: celery -A shop.worker.app beat", ("served", "shop.worker.app:", 1)),
        ("Procfile", "w: dramatiq app", ("served", "app:", 1)),
        ("Procfile", "w: arq shop.worker.Settings", ("served", "shop.worker.Settings:", 1)),
        ("a.service", "ExecStart=/bin/sh -c 'cd /x && python -m shop.worker'", ("run", "shop.worker:", 1)),
        ("a.service", "; ExecStart=python -m shop.worker", None),
        ("deploy/crontab", "@daily python -m shop.worker", ("run", "shop.worker:", 1)),
        ("bin/start", "#!/bin/sh\nexec python -m shop.worker", ("run", "shop.worker:", 2)),
        ("a.sh", "python -c 'from shop.main import run, stop as s'", ("named", "shop.main:stop", 1)),
        ("Makefile", "x:\n\tcoverage run -m shop.worker", ("run", "shop.worker:", 2)),
        (".gitlab-ci.yml", "x:\n  script:\n    - python -m shop.worker", ("run", "shop.worker:", 2)),
        ("pytest.ini", "[pytest]\naddopts = -p shop.main", ("pytest11", "shop.main:", 2)),
        ("pytest.ini", "[pytest]\naddopts = -p no:shop.main", None),
        ("tox.ini", "[testenv]\ncommands = pytest --ds=shop.settings.prod", ("settings", "shop.settings.prod:", 2)),
        ("template.yaml", "Handler: server.handle", ("named", "server.handle:", 1)),
        ("dep.yaml", "entrypoint: scripts/load.py:flow", ("run", "scripts/load.py", 1)),
        ("mkdocs.md", "::: shop.main.run", ("documented", "shop.main.run:", 1)),
        ("d.rst", ".. click:: shop.main:cli\n", ("documented", "shop.main:cli", 1)),
        ("d.rst", ".. argparse::\n   :module: shop.main\n   :func: parser", ("documented", "shop.main:parser", 3)),
        ("d.rst", "shop.main.run", None),
        ("uwsgi.ini", "wsgi-file = backend/api/server.py", ("run", "backend/api/server.py", 1)),
        ("poetry.lock", "shop.main.run", None),
        ("locale/a.json", '"shop.main.run"', None),
        ("a.yaml", "url: https://shop.main/run\nmail: a@shop.main", None),
        ("a.yaml", "loggers:\n  shop.main:\n    level: INFO", None),
        (".coveragerc", "[run]\nomit = src/shop/main.py\nplugins = shop.main", ("named", "shop.main:", 3)),
        ("mypy.ini", "[mypy-shop.main]\nx = 1", None),
        ("deploy/shop.wsgi", "from shop.main import (\n  run as r,  # why\n  wrapped as application)",
         ("named", "shop.main.wrapped:", 1)),
        ("scripts/job.pyw", "import os, shop.worker as w\nw.start()", ("named", "shop.worker.start:", 0)),
        ("job.pyw", "from shop import worker\nworker.Job().go()", ("named", "shop.worker.Job.go:", 0)),
        ("SConstruct", "if 1:\n  from shop.main import *", ("run", "src/shop/main.py", 2)),
        ("src/shop/fast.pyx", "from .main cimport run, stop", ("named", "src.shop.main.stop:", 1)),
        ("src/shop/fast.pxd", "cimport shop.main", ("named", "shop.main:", 1)),
        ("a.pyx", "from numpy cimport shop\nimport sys", None),
        ("a.wsgi", "try: from shop.main import Job\nfinally: pass\nJob().go()", ("named", "shop.main.Job.go:", 0)),
        ("apache.conf", "WSGIScriptAlias / /srv/app.py", ("run", "app.py", 1)),
        ("uwsgi.yaml", "uwsgi:\n  module: shop.main\n  callable: entry", ("named", "shop.main:entry", 2)),
    ],
)  # fmt: skip
def test_what_is_said(path: str, text: str, expected: tuple[str, str, int] | None) -> None:
    found = named(path, text)
    assert expected in found if expected else found == set()


@pytest.mark.parametrize(
    "path", ["a.yaml", "b.json", "Dockerfile", "c.ini", "d.rst", "e.md", "f.service", "tox.ini", "g.pyx"]
)
@pytest.mark.parametrize(
    "text",
    ["", "\n" * 9, "[" * 999, "- " * 999, "shop." * 40_000, '"' * 99, "a:\n" * 400, "\x00\x01",
     "::: \n.. auto::\n", "\\\n" * 300,
     "python " * 30_000 + " -m", '"' + " #" * 90_000, "from " * 40_000 + "import", "a-/" * 80_000 + ".py",
     "python -m", "celery -A", "-p", "x = (", "\ufeffshop.main", " " * 5000 + "shop.main:",
     "from " + " " * 200_000, "from shop.main import (" + "A, " * 9000 + ")" + " x.b" * 9000],
)  # fmt: skip
def test_no_text_stops_it(path: str, text: str) -> None:
    started = time.process_time()
    named(path, text)
    assert time.process_time() - started < 2


def test_files_of_the_tests_and_excluded_ones_are_told_apart() -> None:
    contents = {name: body.encode() for name, body in TREE.items()}
    contents |= {"tests/plan.yaml": b"x: shop.main.run", "old/plan.yaml": b"x: shop.main.run"}
    found = project_metadata.read_from(contents.get, contents, AuditConfig(exclude=("old/",))).declared
    assert [(one.path, one.in_tests) for one in found] == [("tests/plan.yaml", True)]


def test_large_and_binary_files_are_not_read() -> None:
    assert named("a.yaml", "x: shop.main.run\n" + "#" * MAX_BYTES) == set()
    assert named("a.yaml", "\x00\nx: shop.main.run") == set()


@pytest.mark.parametrize("text", [
    '{"base_commit": "1f", "batches": [], "findings": [{"id": "shop.main:run"}]}',
    '{"collected_since": "2026-11-07", "dead": [], "functions": {"shop.main:run": {"calls": 0}}}',
    '[{"id": "shop.main:run", "shadowed_by": null}]',
    '[{"check_name": "AUD001", "description": "shop.main:run: not reached"}]',
], ids=["plan", "usage", "routes", "gitlab"])  # fmt: skip
def test_our_own_answers_use_nothing_of_what_they_list(text: str) -> None:
    assert named("reports/a.json", text) == set()


def test_a_file_that_cannot_be_read_is_a_problem() -> None:
    found = project_metadata.read_from({}.get, ["a.yaml", "shop.py"], AuditConfig())
    assert [one.path for one in found.problems] == ["a.yaml"]


def test_kinds_by_path() -> None:
    assert [kind_of(one) for one in ("a.py", "x/Makefile", "bin/run", "a/b", "k.json", "README.md")] == [
        "", "shell", "shell", "", "json", "docs",
    ]  # fmt: skip


def test_commands_are_joined() -> None:
    lines = ["a \\", "  b", "ENTRYPOINT x", "CMD y", "other"]
    assert list(logical(lines)) == [(1, "a  b"), (3, "ENTRYPOINT x CMD y"), (5, "other")]


def test_a_commit_says_what_its_checkout_says(tmp_path: Path) -> None:
    for path, text in {**TREE, "deploy/a.yaml": "x: shop.main.run\n", "Procfile": "w: gunicorn shop.main:app"}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    config = AuditConfig()
    repository = Repository(tmp_path)
    commit = repository.resolve("HEAD")
    listed = discover.discover_commit(repository, commit, "", config).listed
    there = project_metadata.read_commit(repository, commit, "", config, listed)
    assert there == project_metadata.read(tmp_path, config, discover.discover(tmp_path, config).listed)
    assert len(there.declared) == 2


@pytest.mark.parametrize(
    ("path", "text", "tests"),
    [
        ("Makefile", "e2e:\n\tpytest web/e2e", ("web/e2e/login.py", "web/e2e/pages.py")),
        ("tox.ini", "[testenv]\ncommands = pytest {posargs:web/e2e}", ("web/e2e/login.py", "web/e2e/pages.py")),
        ("web/Makefile", "e2e:\n\tpy.test --co e2e/login.py::test_it", ("web/e2e/login.py",)),
        (".github/a.yml", 'run: cd web && python -m pytest "e2e"', ("web/e2e/login.py", "web/e2e/pages.py")),
        ("pytest.ini", "[pytest]\npython_files = check_*.py\ntestpaths = web", ("web/check_login.py",)),
        ("Makefile", "c:\n\tpytest -o python_files=check_*.py", ("web/check_login.py",)),
        ("Makefile", "c:\n\tpytest -o 'python_files=nothing.py check_login.py' web", ("web/check_login.py",)),
        ("Makefile", "c:\n\tpytest web", ()),
        ("Makefile", "c:\n\tpytest web -o python_files=*.py", ()),
        ("Makefile", "c:\n\tpip install pytest web/e2e", ()),
        ("Makefile", "c:\n\tpytest -k web/e2e --ignore web/e2e --ignore=web/e2e $(X) ../x", ()),
        ("Makefile", "c:\n\tpytest-watch web/e2e; cat x/pytest web/e2e", ()),
    ],
)
def test_what_pytest_is_told_to_run_is_tests_and_nothing_else(path: str, text: str, tests: tuple[str, ...]) -> None:
    test = "def test_it(): ..."
    files = {
        "web/e2e/login.py": test, "web/e2e/pages.py": "", "web/check_login.py": test,
        "web/check_out.py": "def pay(): ...", "web/app.py": "class TestingBackend: ...", path: text,
    }  # fmt: skip
    contents = {name: body.encode() for name, body in files.items()}
    assert project_metadata.read_from(contents.get, contents, AuditConfig()).tests == tests
