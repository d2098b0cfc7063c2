"""What project files declare, and whether a project is an application or a library."""

from pathlib import Path

import pytest

from auditor.analysis.outside import project_metadata
from auditor.config import AuditConfig

PACKAGED = '[build-system]\nrequires = ["hatchling"]\n[project]\nname = "shapes"\n'


def read(files: dict[str, str], config: AuditConfig | None = None) -> project_metadata.ProjectMetadata:
    contents = {path: text.encode() for path, text in files.items()}
    return project_metadata.read_from(contents.get, contents, config or AuditConfig())


def declared(metadata: project_metadata.ProjectMetadata) -> list[tuple[str, str, str, str, int]]:
    return [(one.group, one.name, one.target, one.path, one.line) for one in metadata.declared]


def test_scripts_and_plugins_of_pyproject() -> None:
    text = (
        '[project]\nname = "x"\n[project.scripts]\nrun = "x.cli:main"\n"dotted.name" = "x.other"\n'
        '[project.entry-points.pytest11]\nplug = "x.plugin"\n[tool.poetry.scripts]\npoem = {reference = "x.poem:go"}\n'
    )
    assert declared(read({"pyproject.toml": text})) == [
        ("console_scripts", "run", "x.cli:main", "pyproject.toml", 4),
        ("console_scripts", "dotted.name", "x.other:", "pyproject.toml", 5),
        ("pytest11", "plug", "x.plugin:", "pyproject.toml", 7),
        ("console_scripts", "poem", "x.poem:go", "pyproject.toml", 9),
    ]


def test_scripts_of_setup_cfg() -> None:
    text = (
        "[metadata]\nname = x\n[options.entry_points]\nconsole_scripts =\n"
        "    run = x.cli:main [extra]\n    go = x.go:go\n"
    )
    assert [row[:3] for row in declared(read({"setup.cfg": text}))] == [
        ("console_scripts", "run", "x.cli:main"),
        ("console_scripts", "go", "x.go:go"),
    ]


@pytest.mark.parametrize(
    "points",
    [
        "{'console_scripts': ['run = x.cli:main']}",
        "'[console_scripts]\\nrun = x.cli:main\\n'",
        "POINTS",
        "dict(console_scripts=['run = x.cli:main'])",
    ],
)
def test_scripts_of_setup_py_are_read_and_never_run(points: str) -> None:
    text = (
        "import os, setuptools\nos.abort()\nPOINTS = {'console_scripts': ['run = x.cli:main']}\n"
        f"setuptools.setup(name='x', version=open('v').read(), entry_points={points})\n"
    )
    metadata = read({"setup.py": text})
    assert metadata.distribution == "x"
    expected = [] if points.startswith("dict(") else [("console_scripts", "run", "x.cli:main")]
    assert [row[:3] for row in declared(metadata)] == expected


@pytest.mark.parametrize(
    ("path", "line", "group", "target"),
    [
        ("Procfile", "web: gunicorn shop.main:app --workers 2", "served", "shop.main:app"),
        ("Dockerfile", 'CMD ["uvicorn", "shop.main:app", "--port", "80"]', "served", "shop.main:app"),
        ("Dockerfile", 'CMD ["python", "-m", "shop.main"]', "run", "shop.main:"),
        ("Dockerfile", "CMD python scripts/load.py --all", "run", "scripts/load.py"),
        ("Procfile", "worker: celery -A shop.main worker", "served", "shop.main:"),
        ("tox.ini", "DJANGO_SETTINGS_MODULE = shop.settings", "settings", "shop.settings:"),
        ("Dockerfile", "FROM python:3.12", None, None),
        ("Dockerfile", "# CMD uvicorn shop.main:app", None, None),
        ("Dockerfile", "CMD uvicorn elsewhere.main:app", None, None),
    ],
)
def test_what_operations_run(path: str, line: str, group: str | None, target: str | None) -> None:
    metadata = read({path: f"\n{line}\n", "src/shop/main.py": "", "src/shop/settings.py": "", "scripts/load.py": ""})
    expected = [(group, target, path, 2)] if group else []
    assert [(row[0], row[2], row[3], row[4]) for row in declared(metadata)] == expected


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"pyproject.toml": PACKAGED}, "library"),
        ({"pyproject.toml": PACKAGED + '[project.scripts]\nshapes = "shapes:main"\n'}, "application"),
        ({"pyproject.toml": PACKAGED + 'classifiers = ["Topic :: Software Development :: Libraries"]\n'
          '[project.scripts]\nshapes = "shapes:main"\n'}, "library"),
        ({"pyproject.toml": PACKAGED + '[project.scripts]\nshapes = "shapes:main"\n',
          "src/shapes/__init__.py": '__all__ = ["Square"]\n'}, "library"),
        ({"pyproject.toml": PACKAGED + '[project.scripts]\nshapes = "shapes:main"\n',
          "src/shapes/__init__.py": '__all__ = ["__version__"]\n'}, "application"),
        ({"pyproject.toml": PACKAGED, "shapes/main.py": "app = FastAPI()\n"}, "application"),
        ({"pyproject.toml": PACKAGED, "docs/main.py": "app = FastAPI()\n"}, "library"),
        ({"pyproject.toml": PACKAGED, "Procfile": "web: gunicorn shapes.web:app", "shapes/web.py": ""}, "application"),
        ({"pyproject.toml": PACKAGED, "extra/a.service": "ExecStart=celery -A myapp worker", "examples/myapp.py": ""},
         "library"),
        ({"pyproject.toml": PACKAGED, "x/template/Dockerfile": "CMD gunicorn name.wsgi", "x/template/name/wsgi.py": ""},
         "library"),
        ({"pyproject.toml": '[project]\nname = "shapes"\n', "manage.py": ""}, "application"),
        ({"a.py": ""}, "application"),
    ],
)  # fmt: skip
def test_kind(files: dict[str, str], kind: str) -> None:
    metadata = read(files)
    assert metadata.kind == kind, metadata.why
    assert metadata.why


def test_only_a_script_that_names_django_is_said_to_run_it() -> None:
    assert read({"manage.py": "from flask.cli import FlaskGroup\n"}).why == "manage.py manages an application"
    assert read({"manage.py": "import django\n"}).why == "manage.py runs a Django project"


def test_the_configuration_decides() -> None:
    metadata = read({"pyproject.toml": PACKAGED}, AuditConfig(project="application"))
    assert metadata.kind == "application"
    assert "configuration" in metadata.why


@pytest.mark.parametrize(
    "files", [{"pyproject.toml": "[project\n"}, {"setup.py": "def (\n"}, {"setup.cfg": "no section\n"}]
)
def test_a_broken_file_is_a_problem_and_no_crash(files: dict[str, str]) -> None:
    (problem,) = read(files).problems
    assert problem.path in files
    assert "scripts are not known" in problem.message


def test_a_directory_and_its_paths_say_the_same(tmp_path: Path) -> None:
    files = {"pyproject.toml": PACKAGED, "src/shapes/__init__.py": "", ".venv/setup.py": "x"}
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    assert project_metadata.read(tmp_path, AuditConfig()) == read(files)
