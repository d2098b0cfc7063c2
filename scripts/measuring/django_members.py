"""What Django's and REST framework's own classes define, and what of it the framework rules do not know as called.

An override of something that a framework's class defines is called by the framework, so the rules must know it. Without
arguments, inside an environment that has the frameworks: prints JSON, class -> names. With the files so made, in
auditor's own environment: writes `frameworks/django_members_*.py`.

    venv42/bin/python django_members.py > 42.json;  venv52/bin/python django_members.py > 52.json
    python django_members.py 42.json 52.json
"""

import importlib
import inspect
import json
import pkgutil
import re
import sys
import textwrap
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

_TOPS = ("django", "rest_framework")
_SKIPPED = (".tests", "conf.locale", ".oracle", ".mysql", "__main__", "memcached", "selenium", "coreapi")
_APPS = ("contenttypes", "auth", "admin", "sessions", "messages", "sites", "flatpages", "redirects", "staticfiles")
_INNER = re.compile(
    r"__.*|_abc_impl|_member_.*|_value.*_|_new_member_|_unhashable.*|_use_args_|_generate_next_value_|_asdict|_make|"
    r"_replace|_fields?|_field_defaults|.*_re|_hashable_values_|_meta|_check_.*|_perform_.*|_get_current_.*|_get_next_.*|"
    r"_unregister_.*|_combine.*|_bound_items|_initiali[sz]e.*|DoesNotExist|MultipleObjectsReturned|NotUpdated|[A-Z_]+"
)
"""Names that nobody overrides: those of Python's own metaclasses, constants, and checks of one field's arguments."""
_HEAD = '''"""Names that Django's and REST framework's own classes define besides the hooks that the rules list by hand.

In: nothing. Out: `MEMBERS`, by the same bases as the rules' `base_classes`. Django 4.2 and 5.2, REST framework 3.17 and
3.18; written by `scripts/measuring/django_members.py`. An override of any of them is called by the framework itself.
"""

MEMBERS: dict[str, str] = {
'''
_PARTS = {"db": "django.db.", "rest": "rest_framework.", "web": ""}


def main() -> None:
    """Print the members of the installed classes, or the module that lists them."""
    if len(sys.argv) > 1:
        _write([json.loads(Path(one).read_text()) for one in sys.argv[1:]])
    else:
        json.dump(dict(_classes()), sys.stdout)


def _classes() -> Iterator[tuple[str, list[str]]]:
    """Yield every class by the names it is imported under, with what it and its bases define."""
    import django
    from django.conf import settings

    apps = [f"django.contrib.{one}" for one in _APPS]
    settings.configure(INSTALLED_APPS=apps, STATIC_URL="/static/", USE_TZ=True)
    django.setup()
    for top in _TOPS:
        package = importlib.import_module(top)
        for found in pkgutil.walk_packages(package.__path__, f"{top}.", onerror=lambda _: None):
            if any(part in found.name for part in _SKIPPED):
                continue
            try:
                module = importlib.import_module(found.name)
            except Exception:  # noqa: BLE001 - a backend without its driver
                continue
            for name, one in vars(module).items():
                if inspect.isclass(one) and _is_offered(one.__module__, found.name):
                    yield f"{found.name}.{name}", sorted(_members(one))


def _is_offered(defined: str, offered: str) -> bool:
    """Return whether a module is where a class is defined, or a package above that offers it."""
    serializers = offered == "rest_framework.serializers" and defined.startswith("rest_framework.")
    return defined == offered or defined.startswith(f"{offered}.") or serializers


def _members(cls: type) -> set[str]:
    own = [one for one in cls.__mro__ if one.__module__.partition(".")[0] in _TOPS]
    return {name for one in own for name in vars(one) if not _INNER.fullmatch(name)}


def _write(tables: list[dict[str, list[str]]]) -> None:
    import auditor
    from auditor.frameworks import django_hooks, django_rest

    hooks = {**django_hooks.HOOKS, **django_rest.HOOKS}
    missing: dict[str, set[str]] = {}
    for table in tables:
        for cls, names in table.items():
            bases = [base for base in hooks if fnmatchcase(cls, base)]
            globs = [glob for base in bases for glob in hooks[base]]
            new = {name for name in names if not any(fnmatchcase(name, glob) for glob in globs)}
            if bases and new:
                missing.setdefault(max(bases, key=lambda one: len(one.replace("*", ""))), set()).update(new)
    folder = Path(auditor.__file__).parent / "frameworks"
    for part, prefix in _PARTS.items():
        mine = [base for base in sorted(missing) if base.startswith(prefix)]
        entries = [_entry(base, sorted(missing.pop(base))) for base in mine]
        (folder / f"django_members_{part}.py").write_text(f"{_HEAD}{''.join(entries)}}}  # fmt: skip\n")


def _entry(base: str, names: list[str]) -> str:
    lines = textwrap.wrap(" ".join(names), 106)
    text = "".join(f'        "{line}{"" if line is lines[-1] else " "}"\n' for line in lines)
    return f'    "{base}": (\n{text}    ),\n'


if __name__ == "__main__":
    main()
