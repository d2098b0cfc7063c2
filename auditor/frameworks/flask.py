"""Flask: routes, blueprints, class-based views, request hooks, template filters, commands.

In: nothing. Out: `RULE`. Which handler serves which path is worked out by `analysis.routing.routes_flask`; never
imports
Flask.
"""

from auditor.model.framework import DecoratorRule, FrameworkRule

_OBJECTS = ("flask.Flask", "flask.app.Flask", "flask.Blueprint", "flask.blueprints.Blueprint")
_HOOKS = (
    "before_request", "after_request", "teardown_request", "teardown_appcontext", "before_first_request",
    "before_app_request", "after_app_request", "teardown_app_request", "before_app_first_request", "errorhandler",
    "app_errorhandler", "context_processor", "app_context_processor", "shell_context_processor", "url_defaults",
    "app_url_defaults", "url_value_preprocessor", "app_url_value_preprocessor", "template_filter", "template_global",
    "template_test", "app_template_filter", "app_template_global", "app_template_test", "record", "record_once",
    "endpoint",
)  # fmt: skip
_HTTP_METHODS = ("get", "head", "post", "put", "patch", "delete", "options", "trace", "dispatch_request")

RULE = FrameworkRule(
    name="flask",
    enablers=("flask",),
    decorators=(
        *(DecoratorRule(f"{built}.{hook}", "hook") for built in _OBJECTS for hook in _HOOKS),
        *(DecoratorRule(f"{built}.cli.{verb}", "command") for built in _OBJECTS for verb in ("command", "group")),
        DecoratorRule("flask.cli.AppGroup.command", "command"),
        DecoratorRule("flask_login.LoginManager.*", "hook"),
        DecoratorRule("flask_socketio.SocketIO.*", "hook"),
        DecoratorRule("flask_httpauth.*", "hook"),
    ),
    base_classes={
        "flask.views.View": ("dispatch_request", "methods", "decorators", "init_every_request",
                             "provide_automatic_options"),
        "flask.views.MethodView": (*_HTTP_METHODS, "methods", "decorators", "init_every_request"),
        "flask_restful.Resource": (*_HTTP_METHODS, "method_decorators", "representations"),
        "flask_restx.Resource": (*_HTTP_METHODS, "method_decorators", "representations"),
        "flask.Flask": ("make_response", "handle_exception", "log_exception", "process_response", "preprocess_request",
                        "dispatch_request", "full_dispatch_request", "create_jinja_environment",
                        "get_send_file_max_age",
                        "*_class", "jinja_options"),
        "flask.sessions.SessionInterface": ("open_session", "save_session", "get_*", "should_set_cookie", "*_class"),
        "flask.json.provider.*": ("dumps", "loads", "dump", "load", "response", "default"),
        "flask.testing.FlaskClient": ("open",),
        "werkzeug.routing.BaseConverter": ("to_python", "to_url", "regex", "part_isolating", "weight"),
        "werkzeug.routing.*Converter": ("to_python", "to_url", "regex", "part_isolating", "weight"),
        "werkzeug.exceptions.*": ("code", "description", "get_body", "get_headers", "get_response", "get_description"),
        "flask_wtf.FlaskForm": ("validate", "validate_*", "process_*", "populate_obj"),
        "wtforms.*": ("validate", "validate_*", "pre_validate", "post_validate", "process_*", "populate_obj", "_value"),
        "flask_admin.*": ("*",),
    },
    calls=(
        "Flask", "Blueprint", "register_blueprint", "add_url_rule", "as_view", "register_error_handler", "add_resource",
        "before_request", "after_request", "teardown_request", "teardown_appcontext", "before_app_request",
        "after_app_request", "teardown_app_request", "context_processor", "app_context_processor", "add_command",
        "add_template_filter",
        "from_object", "url_for",
    ),
    routes="flask",
)  # fmt: skip
