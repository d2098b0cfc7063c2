"""Django: what is found by name (urls, admin, commands, migrations, tags) and what it calls on subclasses.

In: nothing. Out: `RULE`. Which view serves which path is worked out by `analysis.routing.routes_django`; never imports
Django.
"""

from auditor.frameworks import django_members_db, django_members_web
from auditor.frameworks.django_hooks import HOOKS, with_members
from auditor.model.framework import DecoratorRule, FrameworkRule

_NAMES_MEMBERS = (
    "django.contrib.admin.*", "django.contrib.auth.admin.*", "django.contrib.contenttypes.admin.*",
    "django.contrib.gis.admin.*", "django.forms.*", "django.contrib.auth.forms.*", "django.views.generic.*",
    "django.contrib.sitemaps.*", "django.db.models.*",
)  # fmt: skip


RULE = FrameworkRule(
    name="django",
    enablers=("django",),
    decorators=(
        DecoratorRule("django.dispatch.receiver", "signal"),
        DecoratorRule("django.dispatch.dispatcher.receiver", "signal"),
        DecoratorRule("django.contrib.admin.register", "hook"),
        DecoratorRule("django.contrib.admin.decorators.register", "hook"),
        DecoratorRule("django.core.checks.register", "hook"),
        DecoratorRule("django.template.Library.*", "hook"),
        DecoratorRule("django.template.library.Library.*", "hook"),
        DecoratorRule("django.db.models.*.register_lookup", "hook"),
        DecoratorRule("*.register_lookup", "hook"),
        DecoratorRule("django.core.serializers.register_serializer", "hook"),
        DecoratorRule("django_rq.job", "task"),
        DecoratorRule("django.tasks.task", "task"),
        DecoratorRule("ninja.*", "hook"),
    ),
    base_classes=with_members(HOOKS, django_members_db.MEMBERS, django_members_web.MEMBERS),
    entry_base_classes={
        "django.apps.AppConfig": "hook",
        "django.test.runner.DiscoverRunner": "hook",
        "django.db.migrations.Migration": "hook",
        "django.db.migrations.migration.Migration": "hook",
        "django.contrib.sessions.backends.*": "hook",
        "appconf.AppConf": "hook",
        "drf_spectacular.*": "hook",
    },
    module_names={
        "*.management.commands.*": ("Command",),
        "*.migrations.*": ("*",),
        "*.templatetags.*": ("register",),
        "*.admin": (),
        "*.models": (),
        "*.models.*": (),
        "*.apps": (),
        "*.locale.*.formats": ("*",),
        "*.tasks": (),
        "manage": (),
        "*.manage": (),
    },
    calls=(
        "path", "re_path", "url", "include", "as_view", "register", "setdefault", "connect", "i18n_patterns",
        "reverse", "reverse_lazy", "redirect", "resolve_url", "call_command",
        "register_converter", "get_wsgi_application", "get_asgi_application", "setup_test_environment", "DefaultRouter",
        "SimpleRouter", "override_settings", "settings",
    ),
    routes="django",
    string_members=_NAMES_MEMBERS,
    string_models=_NAMES_MEMBERS,
    wrapping=(
        "django.views.decorators.*", "django.contrib.auth.decorators.*", "django.contrib.admin.action",
        "django.contrib.admin.display", "django.contrib.admin.decorators.*",
        "django.contrib.admin.views.decorators.*", "django.utils.decorators.*", "django.db.transaction.*",
        "django.utils.functional.*", "django.template.defaultfilters.stringfilter", "django.test.utils.*",
    ),
    implicit_names=("default_app_config",),
    method_names=(
        "process_view", "process_exception", "process_template_response",  # middleware
        "db_for_read", "db_for_write", "allow_relation", "allow_migrate",  # database routers
        "validate", "get_help_text", "password_changed",  # password validators
        "to_python", "to_url", "regex",  # converters of paths
        "authenticate", "aauthenticate", "get_user", "aget_user", "has_module_perms",  # authentication backends
    ),
)  # fmt: skip
