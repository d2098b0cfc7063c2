"""Falcon: responders of resources, sinks and middleware, none of which needs a base class.

In: nothing. Out: `RULE`. `add_route("/users", resource, suffix="all")` calls `on_get_all`. Never imports Falcon.
"""

from auditor.model.framework import FrameworkRule, names

_METHODS = names("get head post put patch delete options trace connect report websocket checkin checkout")

RULE = FrameworkRule(
    name="falcon",
    enablers=("falcon",),
    base_classes={"falcon.media.*": names("serialize* deserialize* exhaust_stream _*")},
    method_names=(
        *(f"on_{method}" for method in _METHODS),
        *names(
            """
            process_request process_resource process_response process_startup process_shutdown process_request_async
            process_resource_async process_response_async process_request_ws process_resource_ws
            """
        ),
    ),
)
