"""Starlette and FastAPI: routes, routers, endpoints, middleware, start-up hooks.

In: nothing. Out: `RULE`. Which handler serves which path is worked out by `analysis.routing.routes_asgi`; never imports
either.
"""

from auditor.model.framework import DecoratorRule, FrameworkRule

_HTTP_METHODS = ("get", "head", "post", "put", "patch", "delete", "options", "trace", "dispatch", "method_not_allowed")
_OBJECTS = (
    "fastapi.FastAPI",
    "fastapi.applications.FastAPI",
    "fastapi.APIRouter",
    "fastapi.routing.APIRouter",
    "starlette.applications.Starlette",
    "starlette.routing.Router",
)
_HOOKS = ("on_event", "middleware", "exception_handler")

RULE = FrameworkRule(
    name="fastapi",
    enablers=("fastapi", "starlette"),
    decorators=tuple(DecoratorRule(f"{built}.{hook}", "hook") for built in _OBJECTS for hook in _HOOKS),
    base_classes={
        "starlette.endpoints.HTTPEndpoint": _HTTP_METHODS,
        "starlette.endpoints.WebSocketEndpoint": (
            "on_connect", "on_receive", "on_disconnect", "decode", "dispatch", "encoding",
        ),
        "starlette.middleware.base.BaseHTTPMiddleware": ("dispatch",),
        "fastapi.middleware.base.BaseHTTPMiddleware": ("dispatch",),
        "starlette.authentication.AuthenticationBackend": ("authenticate",),
        "starlette.authentication.BaseUser": ("is_authenticated", "display_name", "identity"),
        "starlette.convertors.Convertor": ("convert", "to_string", "regex"),
        "starlette.responses.*": ("render", "init_headers", "media_type", "charset", "stream_response"),
        "fastapi.responses.*": ("render", "init_headers", "media_type", "charset", "stream_response"),
        "starlette.staticfiles.StaticFiles": ("get_response", "lookup_path", "get_path", "file_response",
                                              "check_config"),
        "fastapi.staticfiles.StaticFiles": ("get_response", "lookup_path", "get_path", "file_response", "check_config"),
        "fastapi.routing.APIRoute": ("get_route_handler", "matches", "handle"),
        "starlette.routing.BaseRoute": ("matches", "handle", "url_path_for"),
        "starlette.routing.Route": ("matches", "handle", "url_path_for"),
        "starlette.applications.Starlette": ("build_middleware_stack", "openapi", "setup"),
        "fastapi.FastAPI": ("build_middleware_stack", "openapi", "setup"),
    },
    calls=(
        "FastAPI", "Starlette", "APIRouter", "Router", "include_router", "mount", "host", "add_route", "add_api_route",
        "add_websocket_route", "add_api_websocket_route", "add_event_handler", "add_exception_handler",
        "add_middleware", "Route", "Mount",
        "WebSocketRoute", "Host", "run", "url_for", "url_path_for",
    ),
    routes="asgi",
)  # fmt: skip
