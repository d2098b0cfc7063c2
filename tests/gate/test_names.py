"""Names that head still uses and no longer gives: of routes, of commands."""

from collections.abc import Mapping
from itertools import count

import pytest

from auditor import pipeline
from auditor.model.gate import GateResult
from tests.gate.test_mentions import built
from tests.production import NOW, Project

_NUMBERS = count()

LINKED = {
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_.settings")\n',
    "site_/__init__.py": "",
    "site_/settings.py": 'ROOT_URLCONF = "site_.urls"\nINSTALLED_APPS = ["blog"]\nLOGIN_URL = "blog:enter"\n',
    "site_/urls.py": "from django.urls import include, path\nfrom django.views.generic import TemplateView\n\n"
    "urlpatterns = [\n    path('blog/', include('blog.urls')),\n"
    "    path('about/', TemplateView.as_view(template_name='about.html'), name='about'),\n]\n",
    "blog/__init__.py": "",
    "blog/urls.py": "from django.urls import path\nfrom blog import views\n\napp_name = 'blog'\nPREFIX = 'x'\n"
    "urlpatterns = [\n    path('', views.index, name='index'),\n"
    "    path('posts/', views.Posts.as_view(), name='posts'),\n"
    "    path('enter/', views.enter, name='enter'),\n    path('made/', views.made, name=f'{PREFIX}-made'),\n]\n",
    "blog/views.py": "from django.shortcuts import redirect, render\nfrom django.urls import reverse\n"
    "from django.views import View\n\n\n"
    "def index(request):\n    return render(request, 'about.html')\n\n\n"
    "def enter(request):\n    return redirect('blog:posts')\n\n\n"
    "def made(request):\n    return None\n\n\n"
    "def unused():\n    return reverse('blog:index')\n\n\n"
    "class Posts(View):\n    def get(self, request):\n        return None\n",
    "blog/templates/about.html": "{% url 'about' %}\n{% url 'blog:posts' %}\n{% url 'blog:x-made' %}\n",
}
SHOP = {
    "shop/__init__.py": "",
    "shop/web.py": "from flask import Flask, render_template, url_for\nfrom shop.orders import orders\n\n"
    "app = Flask(__name__)\napp.register_blueprint(orders)\n\n\n"
    "@app.get('/')\ndef start():\n    return render_template('a.html') + url_for('orders.every')\n\n\n"
    "@app.route('/old', endpoint='former')\ndef old():\n    return url_for('start')\n",
    "shop/orders.py": "from flask import Blueprint\n\norders = Blueprint('orders', __name__)\n\n\n"
    "@orders.get('/orders')\ndef every():\n    return ''\n",
    "shop/templates/a.html": "<p>\n<a href=\"{{ url_for('former') }}\">\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return built(tmp_path_factory.mktemp("site"), LINKED)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return built(tmp_path_factory.mktemp("shop"), SHOP)


def told(project: Project, path: str, *edits: tuple[str, str]) -> set[str]:
    """Return the places that one file's edits leave dangling."""
    files: Mapping[str, str] = LINKED if "manage.py" in {p.name for p in project.root.iterdir()} else SHOP
    text = files[path]
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return places(answer(project, {path: text}))


def places(result: GateResult) -> set[str]:
    return {f"{one.path}:{one.line}" for one in result.breaches if one.why == "dangling_reference"}


def answer(project: Project, files: Mapping[str, str | None]) -> GateResult:
    head = project.branch(f"change-{next(_NUMBERS)}", files)
    return pipeline.gate(project.loaded, "main", head, days=None, now=NOW, environment={})


def test_a_route_that_changes_its_name_is_told_where_links_still_have_the_old_one(site: Project, shop: Project) -> None:
    urls, page = "blog/urls.py", "blog/templates/about.html"
    assert told(site, urls, ("name='posts'", "name='postz'")) == {f"{page}:2"}
    assert told(site, urls, ("app_name = 'blog'", "app_name = 'log'")) == {f"{page}:2", "site_/settings.py:3"}
    assert told(site, "site_/urls.py", ("name='about'", "name='on'")) == {f"{page}:1"}
    assert told(site, urls, ("name='enter'", "name='login'")) == {"site_/settings.py:3"}
    assert told(shop, "shop/web.py", ("'former'", "'past'")) == {"shop/templates/a.html:2"}
    assert told(shop, "shop/web.py", ("def start", "def begin")) == {"shop/web.py:15"}
    assert told(shop, "shop/orders.py", ("'orders', ", "'sales', ")) == {"shop/web.py:10"}


def test_a_name_that_is_still_given_or_that_code_could_give_is_not_missed(site: Project, shop: Project) -> None:
    urls = "blog/urls.py"
    assert told(site, urls, ("name='posts'", "name='po' 'sts'"), ("views.index, name='index'", "views.index")) == set()
    assert told(site, urls, ("name='posts'", "name=PREFIX + 'osts'"), ("PREFIX = 'x'", "PREFIX = 'p'")) == set()
    assert told(shop, "shop/web.py", ("def old", "def older")) == set()


def test_a_namespace_may_become_a_part_of_each_name(site: Project) -> None:
    urls = LINKED["blog/urls.py"].replace("app_name = 'blog'\n", "").replace("name=f'", "name=f'blog.")
    for name in ("index", "posts", "enter"):
        urls = urls.replace(f"name='{name}'", f"name='blog.{name}'")
    linking = ("site_/settings.py", "blog/views.py", "blog/templates/about.html")
    head = {path: LINKED[path].replace("blog:", "blog.") for path in linking}
    assert places(answer(site, {**head, "blog/urls.py": urls})) == set()
    assert places(answer(site, {"blog/urls.py": urls})) >= {"blog/templates/about.html:2", "site_/settings.py:3"}


CALLED = {
    "manage.py": LINKED["manage.py"],
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n[project.scripts]\n'
    'shop-run = "shop.cli:main"\nshop-go = "shop.go:cli"\nsmall = "shop.small:main"\n',
    "shop/__init__.py": "",
    "shop/settings.py": 'INSTALLED_APPS = ["shop"]\n',
    "shop/small.py": "def main():\n    return 1\n",
    "shop/go.py": "import click\n\n\n@click.group()\ndef cli():\n    pass\n\n\n"
    "@cli.command()\ndef load_all():\n    return 1\n\n\n@cli.command('drop')\ndef drop_all():\n    return 2\n",
    "shop/cli.py": "import argparse\n\n\ndef sync(args):\n    return 1\n\n\ndef drop(args):\n    return 2\n\n\n"
    "def main():\n    parser = argparse.ArgumentParser()\n    commands = parser.add_subparsers()\n"
    "    one = commands.add_parser('sync')\n    one.set_defaults(func=sync)\n"
    "    one = commands.add_parser('purge')\n    one.set_defaults(func=drop)\n"
    "    args = parser.parse_args()\n    return args.func(args)\n",
    "shop/management/__init__.py": "",
    "shop/management/commands/__init__.py": "",
    **{
        f"shop/management/commands/{name}.py": "from django.core.management.base import BaseCommand\n\n\n"
        f"class Command(BaseCommand):\n    help = '{name}'\n\n    def handle(self, *a, **k):\n        return None\n"
        for name in ("tidy", "spare", "inner")
    },
    "shop/tasks.py": "from django.core.management import call_command\n\n\ndef nightly():\n"
    "    call_command('inner')\n\n\n"
    "if __name__ == '__main__':\n    nightly()\n",
    "cron/crontab": "# manage.py spare\n0 1 * * * app cd /srv && python manage.py tidy --all\n"
    "5 4 * * * app shop-run purge\n",
    "Dockerfile": 'FROM python\nCMD ["shop-go", "load-all"]\n',
    ".github/workflows/ci.yml": "jobs:\n  small:\n    steps:\n      - name: small\n      - run: small --now\n",
    "deploy/run.sh": "echo small tidy drop sync\n[ -x small ] && true\n",
}


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return built(tmp_path_factory.mktemp("called"), CALLED)


def reached(result: GateResult) -> set[str]:
    return {one.id for one in result.breaches if one.why == "reachable"}


def test_a_command_that_is_renamed_is_told_where_it_is_still_typed(called: Project) -> None:
    folder = "shop/management/commands"
    moved = {f"{folder}/{old}.py": None for old in ("tidy", "spare", "inner")} | {
        f"{folder}/{old}2.py": CALLED[f"{folder}/{old}.py"] for old in ("tidy", "spare", "inner")
    }
    result = answer(called, moved)
    assert places(result) == {"cron/crontab:2", "shop/tasks.py:5"}
    assert reached(result) >= {f"shop.management.commands.{one}:Command" for one in ("tidy", "spare", "inner")}
    go, cli = CALLED["shop/go.py"], CALLED["shop/cli.py"]
    result = answer(called, {
        "shop/go.py": go.replace("def load_all", "def load_every").replace("'drop'", "'drop-all'"),
        "shop/cli.py": cli.replace("    one = commands.add_parser('purge')\n    one.set_defaults(func=drop)\n", "")
        .replace("def drop(args):\n    return 2\n\n\n", ""),
        "pyproject.toml": CALLED["pyproject.toml"].replace("small =", "little ="),
    })  # fmt: skip
    assert places(result) == {"cron/crontab:3", "Dockerfile:2", ".github/workflows/ci.yml:5"}
    assert {"shop.go:drop_all", "shop.cli:drop"} <= reached(result)


def test_a_command_that_only_moves_is_not_missed(called: Project) -> None:
    folder = "shop/management/commands"
    cli = CALLED["shop/cli.py"].replace("def main():\n    parser", "def built(parser):\n    parser")
    result = answer(called, {
        f"{folder}/tidy.py": None,
        "shop/more/__init__.py": "", "shop/more/management/__init__.py": "",
        "shop/more/management/commands/__init__.py": "",
        "shop/more/management/commands/tidy.py": CALLED[f"{folder}/tidy.py"],
        "shop/cli.py": cli + "\n\ndef main():\n    return built(None)\n",
    })  # fmt: skip
    assert result.passed, result


def test_a_template_that_goes_is_told_where_code_or_a_page_names_it(site: Project) -> None:
    page, text = "blog/templates/about.html", LINKED["blog/templates/about.html"]
    assert places(answer(site, {page: None})) == {"blog/views.py:7"}
    views = LINKED["blog/views.py"].replace("'about.html'", "'more.html'")
    moved = answer(site, {page: None, "blog/templates/more.html": text, "blog/views.py": views})
    assert places(moved) == {"site_/urls.py:6"}
    assert places(answer(site, {page: None, "site_/templates/about.html": text})) == set()
