"""Quart, which leaves nothing in the scope: its own map of addresses tells the template, by `template=`."""

from typing import Any

from drive import asgi, expect_requests
from quart import Quart
from werkzeug.exceptions import HTTPException

from auditor.tracking.asgi import UsageMiddleware

app = Quart(__name__)


@app.get("/users/<int:id>")
async def get_user(id: int) -> str:
    return str(id)


@app.get("/never")
async def never_called() -> str:
    return ""


def template(scope: Any) -> Any:
    try:
        rule, _ = app.url_map.bind("x").match(scope["path"], scope["method"], return_rule=True)
    except HTTPException:
        return None
    return rule.rule, app.view_functions[rule.endpoint]


REQUESTS = {
    "GET /users/3": (200, "GET /users/<int:id> 2xx"),
    "GET /users/x": (404, "(unmatched) 4xx"),
    "POST /users/3": (405, "(unmatched) 4xx"),
    "GET /wp-login.php": (404, "(unmatched) 4xx"),
}
tracked = UsageMiddleware(app, flush_interval=60, template=template)
expect_requests(REQUESTS, asgi(tracked, REQUESTS), {"GET /users/<int:id>": "__main__:get_user"})
