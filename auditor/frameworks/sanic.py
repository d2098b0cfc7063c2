"""Sanic, Quart, Litestar, CherryPy and Pyramid: what they call on subclasses, and what they find by themselves.

In: nothing. Out: `RULES`. Their decorators keep what they decorate in the module that holds the application. Never
imports any of them.
"""

from auditor.model.framework import DecoratorRule, FrameworkRule, names

_METHODS = names("get head post put patch delete options trace connect")
_CONTROLLER = names(
    """
    after_request after_response before_request cache_control dependencies dto etag exception_handlers guards
    include_in_schema middleware opt owner parameters path request_class request_max_body_size response_class
    response_cookies response_headers return_dto security signature_namespace signature_types tags type_decoders
    type_encoders websocket_class
    """
)

SANIC = FrameworkRule(
    name="sanic",
    enablers=("sanic",),
    base_classes={
        "sanic.views.*": (*_METHODS, "dispatch_request", "as_view", "attach", "decorators"),
        "sanic.handlers.*": names("default response add lookup log _add _lookup _full_lookup"),
    },
)
QUART = FrameworkRule(
    name="quart",
    enablers=("quart",),
    base_classes={
        "quart.views.*": (
            *_METHODS,
            *names("dispatch_request as_view decorators methods init_every_request provide_automatic_options"),
        ),
    },
)
LITESTAR = FrameworkRule(
    name="litestar",
    enablers=("litestar", "starlite"),
    base_classes={
        "litestar.Controller": _CONTROLLER,
        "litestar.controller.*": _CONTROLLER,
        "litestar.middleware.*Middleware*": names(
            "handle authenticate_request app scopes exclude exclude_* should_bypass_for_scope"
        ),
        "litestar.plugins.*": names(
            """
            on_app_init on_cli_init server_lifespan get_typed_init has_typed_init is_constrained_field
            is_plugin_supported_field is_plugin_supported_type is_undefined_sentinel to_openapi_schema receive_route
            create_dto_for_type supports_type
            """
        ),
    },
)
CHERRYPY = FrameworkRule(
    name="cherrypy",
    enablers=("cherrypy",),
    decorators=(DecoratorRule("cherrypy.expose", "route"),),
    base_classes={"cherrypy.Tool": names("_setup _merged_args _setargs on callable namespace")},
)
PYRAMID = FrameworkRule(
    name="pyramid",
    enablers=("pyramid",),
    decorators=(
        DecoratorRule("pyramid.view.view_config", "route"),
        DecoratorRule("pyramid.view.forbidden_view_config", "route"),
        DecoratorRule("pyramid.view.notfound_view_config", "route"),
        DecoratorRule("pyramid.view.exception_view_config", "route"),
        DecoratorRule("pyramid.events.subscriber", "signal"),
        DecoratorRule("cornice.*", "route"),
    ),
    implicit_names=("includeme",),
)
RULES = (SANIC, QUART, LITESTAR, CHERRYPY, PYRAMID)
