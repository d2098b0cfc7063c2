"""Sanic, Quart, Litestar, CherryPy and Pyramid: what they call on subclasses, and what they find by themselves.

In: nothing. Out: `RULES`. Their decorators keep what they decorate in the module that holds the application. Never
imports any of them.
"""

from auditor.model.framework import DecoratorRule, FrameworkRule, names

_METHODS = names("get head post put patch delete options trace connect")

SANIC = FrameworkRule(
    name="sanic",
    enablers=("sanic",),
    base_classes={
        "sanic.views.*": (*_METHODS, "dispatch_request", "as_view", "attach", "decorators"),
        "sanic.handlers.*": names("default response add lookup _* log __*"),
    },
)
QUART = FrameworkRule(
    name="quart",
    enablers=("quart",),
    base_classes={
        "quart.views.*": (*_METHODS, *names("dispatch_request as_view decorators methods init_every_request")),
        "quart.MethodView": (*_METHODS, "dispatch_request", "as_view"),
    },
)
LITESTAR = FrameworkRule(
    name="litestar",
    enablers=("litestar", "starlite"),
    base_classes={
        "litestar.middleware.*Abstract*Middleware": names("handle authenticate_request"),
        "litestar.middleware.ASGIMiddleware": ("handle",),
        "litestar.plugins.InitPlugin*": ("on_app_init",),
        "litestar.plugins.CLIPlugin*": ("on_cli_init", "server_lifespan"),
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
