"""Django REST framework: what its views, serializers and permissions are called on.

In: nothing. Out: `RULE`. Never imports the framework. Routers (`router.register`) are read by
`analysis.routing.routes_django`.
"""

from auditor.frameworks import django_members_rest
from auditor.frameworks.django_hooks import with_members
from auditor.model.framework import DecoratorRule, FrameworkRule

_ACTIONS = ("list", "create", "retrieve", "update", "partial_update", "destroy")
_VIEW = (
    *_ACTIONS,
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "head",
    "options",
    "get_*",
    "perform_*",
    "check_*",
    "filter_*",
    "paginate_*",
    "initial",
    "initialize_request",
    "finalize_response",
    "handle_exception",
    "permission_denied",
    "dispatch",
    "queryset",
    "serializer_class",
    "lookup_*",
    "*_classes",
    "*_fields",
    "ordering",
    "throttle_scope",
    "filterset_*",
    "search_fields",
    "basename",
    "parser_context",
    "schema",
    "http_method_names",
    "raise_uncaught_exception",
)

HOOKS: dict[str, tuple[str, ...]] = {
    "rest_framework.views.*": _VIEW,
    "rest_framework.generics.*": _VIEW,
    "rest_framework.viewsets.*": _VIEW,
    "rest_framework.mixins.*": _VIEW,
    "rest_framework.serializers.*": (
        "validate", "validate_*", "create", "update", "save", "to_*", "get_*", "run_*", "build_*", "Meta",
        "default_error_messages", "default_*", "include_extra_kwargs", "is_valid", "errors", "data",
    ),
    "rest_framework.fields.*": ("to_*", "get_*", "run_*", "default_error_messages", "bind",
                                "validate_empty_values"),
    "rest_framework.permissions.*": ("has_permission", "has_object_permission", "message", "code", "get_*",
                                     "perms_map"),
    "rest_framework.authentication.*": ("authenticate", "authenticate_*", "get_*", "keyword", "model",
                                        "enforce_csrf"),
    "rest_framework.throttling.*": ("allow_request", "wait", "get_*", "scope", "rate", "throttle_*", "parse_rate"),
    "rest_framework.pagination.*": ("paginate_queryset", "get_*", "*_param", "*_size", "to_html", "max_*",
                                    "*_query_*"),
    "rest_framework.filters.*": ("filter_queryset", "get_*", "search_*", "ordering_*", "to_html", "template"),
    "rest_framework.renderers.*": ("render", "media_type", "format", "charset", "render_style", "get_*"),
    "rest_framework.parsers.*": ("parse", "media_type", "get_*"),
    "rest_framework.routers.*": ("get_*", "routes", "register", "root_renderers", "include_*"),
    "rest_framework.versioning.*": ("determine_version", "reverse", "get_versioned_viewname"),
    "rest_framework.schemas.*": ("get_*", "map_*"),
    "rest_framework.metadata.*": ("determine_*", "get_*"),
    "rest_framework.exceptions.*": ("status_code", "default_detail", "default_code", "get_*"),
    "rest_framework.negotiation.*": ("select_*",),
    "rest_framework.test.*": ("setUp*", "tearDown*", "test*"),
}  # fmt: skip

RULE = FrameworkRule(
    name="django-rest",
    enablers=("rest_framework",),
    decorators=(
        DecoratorRule("rest_framework.decorators.action", "hook"),
        DecoratorRule("rest_framework.decorators.detail_route", "hook"),
        DecoratorRule("rest_framework.decorators.list_route", "hook"),
    ),
    base_classes=with_members(HOOKS, django_members_rest.MEMBERS),
    string_members=("rest_framework.*",),
    string_models=("rest_framework.*",),
    calls=("register",),
)  # fmt: skip
