"""The middleware around Flask and other WSGI applications, driven in process: which key, which class, who serves."""

import functools
import io
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask, Response, abort, redirect, request
from flask.views import MethodView, View
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from auditor.tracking import shared
from auditor.tracking.wsgi import UsageMiddleware
from tests.tracking.wsgi_driver import Tracked, call


@pytest.fixture
def tracked(tmp_path: Path, totals: Any, records: Any) -> Tracked:
    return Tracked(tmp_path, totals, records)


def inside(app: Flask, tracked: Tracked, **settings: Any) -> Flask:
    app.wsgi_app = UsageMiddleware(app.wsgi_app, **tracked.settings | settings)  # type: ignore[method-assign]
    return app


def outside(app: Any, tracked: Tracked, **settings: Any) -> UsageMiddleware:
    return UsageMiddleware(app, **tracked.settings | settings)


BOTH = pytest.mark.parametrize("wrap", [inside, outside])
Wrap = Callable[..., Any]


def logged(view: Any) -> Any:
    @functools.wraps(view)
    def around(*arguments: Any, **keywords: Any) -> Any:
        return view(*arguments, **keywords)

    return around


def shop() -> Flask:
    app = Flask("shop")
    api = Blueprint("api", "shop", url_prefix="/api")
    users = Blueprint("users", "shop", url_prefix="/users")

    @app.get("/")
    def home() -> str:
        return "home"

    @users.get("/<int:id>")
    @logged
    def get_user(id: int) -> str:
        return str(id)

    @users.route("/<name>", methods=["GET", "POST"])
    def by_name(name: str) -> str:
        return name

    @users.get("/")
    def list_users() -> str:
        return "all"

    @app.get("/files/<path:rest>")
    def files(rest: str) -> str:
        if rest == "missing":
            abort(404)
        return rest

    @app.get("/boom")
    def boom() -> str:
        raise RuntimeError("on purpose")

    @app.get("/old")
    def old() -> Any:
        return redirect("/")

    class Basket(MethodView):
        def get(self, id: str) -> str:
            return "basket"

        def delete(self, id: str) -> tuple[str, int]:
            return "gone", 202

    class Page(View):
        def dispatch_request(self) -> str:
            return "page"

    app.add_url_rule("/basket/<uuid:id>", view_func=Basket.as_view("basket"))
    app.add_url_rule("/page", view_func=logged(Page.as_view("page")))
    api.register_blueprint(users)
    app.register_blueprint(api)
    app.register_blueprint(users, url_prefix="/v2/people", name="people")
    return app


@BOTH
def test_a_request_is_counted_under_the_rule_that_served(tracked: Tracked, wrap: Wrap) -> None:
    app = wrap(shop(), tracked)
    basket = "/basket/00000000-0000-0000-0000-000000000000"
    asked = {
        "GET /": (200, "GET / 2xx"),
        "HEAD /": (200, "GET / 2xx"),
        "GET /api/users/3": (200, "GET /api/users/{id:int} 2xx"),
        "GET /api/users/eve": (200, "GET /api/users/{name} 2xx"),
        "POST /api/users/eve": (200, "POST /api/users/{name} 2xx"),
        "GET /v2/people/4": (200, "GET /v2/people/{id:int} 2xx"),
        "GET /api/users/": (200, "GET /api/users/ 2xx"),
        "GET /api/users": (308, "(unmatched) 3xx"),
        "DELETE /api/users/eve": (405, "DELETE /api/users/{name} 4xx"),
        "BREW /": (405, "OTHER / 4xx"),
        "OPTIONS /api/users/eve": (200, "OPTIONS /api/users/{name} 2xx"),
        "GET /files/a/b": (200, "GET /files/{rest:path} 2xx"),
        "GET /files/missing": (404, "GET /files/{rest:path} 4xx"),
        "GET /old": (302, "GET /old 3xx"),
        "GET /boom": (500, "GET /boom 5xx"),
        f"GET {basket}": (200, "GET /basket/{id:uuid} 2xx"),
        f"DELETE {basket}": (202, "DELETE /basket/{id:uuid} 2xx"),
        "GET /page": (200, "GET /page 2xx"),
        "GET /static/nothing.css": (404, "GET /static/{filename:path} 4xx"),
        "GET /wp-login.php": (404, "(unmatched) 4xx"),
    }
    assert tracked.drive(app, asked) == [status for status, _ in asked.values()]
    expected: dict[str, int] = {}
    for _, field in asked.values():
        expected[field] = expected.get(field, 0) + 1
    assert tracked.calls == dict(sorted(expected.items()))


@BOTH
def test_the_route_table_names_what_was_written(tracked: Tracked, wrap: Wrap) -> None:
    app = wrap(shop(), tracked)
    tracked.drive(app, ["GET /"])
    assert tracked.handlers == {
        "GET /": "home",
        "GET /api/users/{id:int}": "get_user",
        "GET /api/users/{name}": "by_name",
        "POST /api/users/{name}": "by_name",
        "GET /api/users/": "list_users",
        "GET /v2/people/{id:int}": "get_user",
        "GET /v2/people/{name}": "by_name",
        "POST /v2/people/{name}": "by_name",
        "GET /v2/people/": "list_users",
        "GET /files/{rest:path}": "files",
        "GET /boom": "boom",
        "GET /old": "old",
        "GET /basket/{id:uuid}": "Basket",
        "DELETE /basket/{id:uuid}": "Basket",
        "GET /page": "Page",
    }
    route = tracked.routes["GET /api/users/{id:int}"]
    assert route["handler"] == "tests.tracking.test_wsgi:shop.<locals>.get_user"
    assert (route["file"], route["version"]) == (__file__, "v1")
    lines = Path(__file__).read_text().splitlines()
    assert "users.get" in lines[route["line"] - 1]


@BOTH
def test_of_two_views_on_one_rule_the_first_serves_and_the_table_says_so(tracked: Tracked, wrap: Wrap) -> None:
    app = Flask("shop")

    @app.get("/chat/<session>")
    def first(session: str) -> str:
        return "first"

    @app.route("/chat/<chat>", methods=["GET", "POST"])
    def second(chat: str) -> str:
        return "second"

    app = wrap(app, tracked)
    assert call(app, "GET /chat/1").body == b"first"
    assert call(app, "POST /chat/1").body == b"second"
    assert tracked.calls == {"GET /chat/{session} 2xx": 1, "POST /chat/{chat} 2xx": 1}
    assert tracked.handlers == {"GET /chat/{session}": "first < second", "POST /chat/{chat}": "second"}


def test_rules_that_read_the_same_but_match_otherwise_are_told_apart(tracked: Tracked) -> None:
    app = Flask("shop")

    @app.get("/<any(a, b):page>")
    def letters(page: str) -> str:
        return page

    @app.get("/<any(one, two):page>")
    def words(page: str) -> str:
        return page

    inside(app, tracked)
    assert tracked.drive(app, ["GET /a", "GET /one", "GET /two"]) == [200] * 3
    assert tracked.calls == {"GET /<any(one, two):page> 2xx": 2, "GET /{page:any} 2xx": 1}
    assert tracked.handlers == {"GET /{page:any}": "letters", "GET /<any(one, two):page>": "words"}


def test_subdomains_and_hosts_stand_before_the_template(tracked: Tracked) -> None:
    app = Flask("shop", subdomain_matching=True)
    app.config["SERVER_NAME"] = "shop.test"

    @app.get("/", subdomain="<user>")
    def profile(user: str) -> str:
        return user

    @app.get("/")
    def home() -> str:
        return "home"

    inside(app, tracked)
    tracked.drive(app, ["GET /"], HTTP_HOST="shop.test")
    tracked.drive(app, ["GET /", "POST /"], HTTP_HOST="eve.shop.test")
    assert tracked.calls == {"GET / 2xx": 1, "GET {user}.{domain}/ 2xx": 1, "POST {user}.{domain}/ 4xx": 1}
    assert tracked.handlers == {"GET /": "home", "GET {user}.{domain}/": "profile"}


def test_a_host_stands_before_the_template(tracked: Tracked) -> None:
    app = Flask("shop", host_matching=True, static_folder=None)

    @app.get("/", host="admin.test")
    def admin() -> str:
        return "admin"

    @app.get("/", host="shop.test")
    def home() -> str:
        return "home"

    inside(app, tracked)
    tracked.drive(app, ["GET /"], HTTP_HOST="admin.test")
    assert tracked.calls == {"GET admin.test/ 2xx": 1}
    assert tracked.handlers == {"GET admin.test/": "admin", "GET shop.test/": "home"}


def test_mounted_applications_have_the_path_of_their_mount(tracked: Tracked) -> None:
    app = outside(DispatcherMiddleware(shop(), {"/two": shop(), "/three": ProxyFix(shop().wsgi_app)}), tracked)
    statuses = tracked.drive(app, ["GET /page", "GET /two/page", "GET /three/files/a", "GET /two/no", "POST /two/page"])
    assert statuses == [200, 200, 200, 404, 405]
    assert tracked.calls == {
        "(unmatched) 4xx": 1, "GET /page 2xx": 1, "GET /three/files/{rest:path} 2xx": 1, "GET /two/page 2xx": 1,
        "POST /two/page 4xx": 1,
    }  # fmt: skip
    assert {"GET /page", "GET /two/page", "GET /three/page"} <= set(tracked.routes)


def test_one_application_at_two_places_is_told_apart_by_the_place(tracked: Tracked) -> None:
    served = shop()
    app = outside(DispatcherMiddleware(served, {"/again": served}), tracked)
    tracked.drive(app, ["GET /page", "GET /again/page", "GET /again/page"])
    assert tracked.calls == {"GET /again/page 2xx": 2, "GET /page 2xx": 1}


def test_the_path_under_which_a_proxy_serves_is_no_part_of_the_key(tracked: Tracked) -> None:
    app = shop()
    app.wsgi_app = ProxyFix(app.wsgi_app, x_prefix=1)  # type: ignore[method-assign]
    inside(app, tracked)
    tracked.drive(app, ["GET /page"], SCRIPT_NAME="/deployed")
    tracked.drive(app, ["GET /page"], HTTP_X_FORWARDED_PREFIX="/behind")
    assert tracked.calls == {"GET /page 2xx": 2}


@BOTH
def test_an_error_that_is_raised_keeps_its_route(tracked: Tracked, wrap: Wrap) -> None:
    served = shop()
    served.config["PROPAGATE_EXCEPTIONS"] = True
    app = wrap(served, tracked)
    answer = call(app, "GET /boom")
    assert isinstance(answer.error, RuntimeError)
    assert tracked.calls == {"GET /boom err": 1}


def test_what_answers_before_the_routes_still_counts_for_the_route(tracked: Tracked) -> None:
    """A cache around the application: the path decides, so that a route in use never looks unused."""

    class Cache:
        def __init__(self, app: Any) -> None:
            self.app = app

        def __call__(self, environ: Any, start_response: Any) -> Any:
            status = "404 Not Found" if "missing" in environ["PATH_INFO"] else "200 OK"
            start_response(status, [])
            return [b"cached"]

    app = outside(Cache(shop()), tracked)
    tracked.drive(app, ["GET /api/users/3", "GET /files/missing"])
    assert tracked.calls == {"(unmatched) 4xx": 1, "GET /api/users/{id:int} 2xx": 1}


@BOTH
def test_routes_that_are_added_later_are_counted_and_published(tracked: Tracked, wrap: Wrap) -> None:
    served = Flask("shop")
    app = wrap(served, tracked)
    tracked.drive(app, ["GET /late"])

    def late() -> str:
        return "late"

    served._got_first_request = False  # Flask refuses, but for what extensions do
    served.add_url_rule("/late", view_func=late)
    tracked.drive(app, ["GET /late"])
    assert tracked.calls == {"(unmatched) 4xx": 1, "GET /late 2xx": 1}
    assert tracked.handlers == {"GET /late": "late"}


def test_an_application_that_hides_is_found_by_its_requests(tracked: Tracked) -> None:
    served = shop()
    app = outside(lambda environ, start_response: served(environ, start_response), tracked)
    tracked.drive(app, ["GET /", "GET /page"])
    assert tracked.calls == {"GET / 2xx": 1, "GET /page 2xx": 1}
    assert tracked.handlers["GET /page"] == "Page"


def test_django_is_not_asked_for_what_flask_refused(tracked: Tracked) -> None:
    class Django:
        load_middleware = resolve_request = None

        def __call__(self, environ: Any, start_response: Any) -> Any:
            raise AssertionError("not called")

    app = outside(DispatcherMiddleware(shop(), {"/legacy": Django()}), tracked)
    assert tracked.drive(app, ["GET /nowhere", "GET /page"]) == [404, 200]
    assert tracked.calls == {"(unmatched) 4xx": 1, "GET /page 2xx": 1}


def test_rules_of_werkzeug_without_flask_are_told_nothing_about(tracked: Tracked, tracker_log: Any) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        environ["werkzeug.request"] = type("Request", (), {"url_rule": object()})
        start_response("200 OK", [])
        return [b""]

    tracked.drive(outside(app, tracked), ["GET /x", "GET /y"])
    assert tracked.calls == {"(unmatched) 2xx": 2}
    assert len([one for one in tracker_log.records if "template=" in one.message]) == 1


# What is passed through


@BOTH
def test_a_stream_is_counted_once_and_closed(tracked: Tracked, wrap: Wrap) -> None:
    served, seen = Flask("shop"), []

    @served.get("/stream")
    def stream() -> Response:
        def parts() -> Iterator[str]:
            try:
                for number in range(5):
                    seen.append(number)
                    yield "x"
            finally:
                seen.append("closed")

        return Response(parts())

    app = wrap(served, tracked)
    assert call(app, "GET /stream").body == b"xxxxx"
    assert seen == [0, 1, 2, 3, 4, "closed"]
    assert tracked.calls == {"GET /stream 2xx": 1}


def test_the_server_gets_the_very_object_that_the_application_returned(tracked: Tracked) -> None:
    class FileWrapper:
        def __init__(self, file: Any, size: int = 8192) -> None:
            self.file = file

        def __iter__(self) -> Iterator[bytes]:
            return iter([self.file.read()])

    def files(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [])
        return environ["wsgi.file_wrapper"](io.BytesIO(b"a file"))

    app = outside(files, tracked, template=lambda environ: "/file")
    answer = call(app, "GET /file", **{"wsgi.file_wrapper": FileWrapper})
    assert type(answer.result) is FileWrapper
    assert tracked.calls == {"GET /file 2xx": 1}


def plain(environ: Any, start_response: Any) -> Iterator[bytes]:
    """Answers only when its body is read."""
    if environ["PATH_INFO"] == "/early":
        raise RuntimeError("on purpose")
    start_response("200 OK", [])
    yield b"one"
    if environ["PATH_INFO"] == "/late":
        raise RuntimeError("on purpose")
    yield b"two"


def test_an_application_that_answers_while_it_is_read_is_counted(tracked: Tracked) -> None:
    app = outside(plain, tracked, template=lambda environ: environ["PATH_INFO"])
    assert call(app, "GET /fine").body == b"onetwo"
    assert isinstance(call(app, "GET /early").error, RuntimeError)
    assert isinstance(call(app, "GET /late").error, RuntimeError)
    assert tracked.calls == {"GET /early err": 1, "GET /fine 2xx": 1, "GET /late 2xx": 1}


def test_a_body_that_is_never_read_is_counted_when_it_is_closed(tracked: Tracked) -> None:
    app = outside(plain, tracked, template=lambda environ: "/x")
    body = app({"REQUEST_METHOD": "GET", "PATH_INFO": "/x"}, lambda status, headers: None)
    body.close()  # type: ignore[attr-defined]  # a server's view of it
    assert tracked.calls == {"GET /x err": 1}


def test_the_last_answer_counts_where_an_error_comes_before_the_body(tracked: Tracked) -> None:
    def twice(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        try:
            int("on purpose")
        except ValueError:
            start_response("500 Oh", [], sys.exc_info())
        return [b""]

    app = outside(twice, tracked, template=lambda environ: "/x")
    assert call(app, "GET /x").status == 500
    assert tracked.calls == {"GET /x 5xx": 1}


def test_a_writer_and_a_strange_status_pass_through(tracked: Tracked) -> None:
    written = []

    def writes(environ: Any, start_response: Any) -> list[bytes]:
        start_response("odd", [])(b"by hand")
        return []

    app = outside(writes, tracked, template=lambda environ: "/x")
    assert list(app({"REQUEST_METHOD": "GET"}, lambda status, headers: written.append)) == []
    assert written == [b"by hand"]
    assert tracked.calls == {"GET /x err": 1}


# Other frameworks


def test_a_function_gives_templates_and_handlers_of_other_frameworks(tracked: Tracked) -> None:
    def shown(environ: Any) -> None: ...

    def given(environ: Any) -> Any:
        return {"/users/1": ("/users/{id}", shown), "/plain": "/plain"}.get(environ["PATH_INFO"])

    app = outside(plain, tracked, template=given)
    tracked.drive(app, ["GET /users/1", "GET /plain", "BREW /plain", "GET /elsewhere"])
    assert tracked.calls == {
        "(unmatched) 2xx": 1, "GET /plain 2xx": 1, "GET /users/{id} 2xx": 1, "OTHER /plain 2xx": 1,
    }  # fmt: skip
    assert tracked.handlers == {"GET /users/{id}": "shown"}


def test_a_function_that_fails_costs_a_count_and_nothing_else(tracked: Tracked, tracker_log: Any) -> None:
    app = outside(plain, tracked, template=lambda environ: 1 / 0)  # type: ignore[arg-type, return-value]
    assert [call(app, "GET /x").body for _ in range(3)] == [b"onetwo"] * 3
    assert (
        sum(tracked.calls.values())
        + sum(sum(record["lost"].values()) for record in tracked.records if record["kind"] == "flush")
        == 3
    )
    assert len([one for one in tracker_log.records if "ZeroDivisionError" in one.message]) == 1


def test_routes_that_cannot_be_seen_share_one_key_watch_nothing_and_the_log_says_what_to_do(
    tracked: Tracked, tracker_log: Any
) -> None:
    app = outside(plain, tracked)
    tracked.drive(app, ["GET /a", "GET /b"])
    assert tracked.calls == {"(unmatched) 2xx": 2}
    assert len([one for one in tracker_log.records if "template=" in one.message]) == 1
    assert not any(record.get("minutes") for record in tracked.records)
    assert tracked.routes == {}


def test_minutes_are_watched_where_routes_are_seen(tracked: Tracked) -> None:
    before = int(time.time()) // 60
    tracked.drive(inside(shop(), tracked), ["GET /"])
    watched = {minute for record in tracked.records for minute in record.get("minutes", ())}
    assert watched and watched <= set(range(before, int(time.time()) // 60 + 1))


# Settings


def test_probes_bots_users_and_durations_are_told(tracked: Tracked) -> None:
    app = inside(shop(), tracked, probes=["/page"], durations=True, user=lambda environ: environ.get("REMOTE_USER"))
    tracked.drive(app, ["GET /page"])
    tracked.drive(app, ["GET /"], HTTP_USER_AGENT="kube-probe/1.30")
    tracked.drive(app, ["GET /"], HTTP_USER_AGENT="Googlebot/2.1")
    tracked.drive(app, ["GET /"], REMOTE_USER="eve")
    flush = next(record for record in tracked.records if record["kind"] == "flush" and record.get("calls"))
    (calls,), (probes,), (bots,) = (list(flush[kind].values()) for kind in ("calls", "probes", "bots"))
    assert (calls, probes, bots) == ({"GET / 2xx": 1}, {"GET /page 2xx": 1, "GET / 2xx": 1}, {"GET / 2xx": 1})
    (durations,) = flush["durations"].values()
    assert any(field.startswith("calls sum GET /") for field in durations)
    (users,) = flush["users"].values()
    assert list(users) == ["GET /"]
    assert "eve" not in str(tracked.records)


def test_off_is_off_at_once_and_on_again(tracked: Tracked, monkeypatch: pytest.MonkeyPatch) -> None:
    app = inside(shop(), tracked)
    tracked.drive(app, ["GET /"])
    monkeypatch.setenv("AUDITOR_TRACKING", "off")
    assert tracked.drive(app, ["GET /"]) == [200]
    monkeypatch.setenv("AUDITOR_TRACKING", "on")
    tracked.drive(app, ["GET /"])
    assert tracked.calls == {"GET / 2xx": 2}


def test_without_a_sink_the_application_is_called_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AUDITOR_SINK", raising=False)
    seen = []

    def app(environ: Any, start_response: Any) -> list[bytes]:
        seen.append(start_response)
        return []

    def start_response(*arguments: Any) -> None: ...

    UsageMiddleware(app, app_name="shop")({}, start_response)
    assert seen == [start_response]
    assert not shared._shared


@pytest.mark.parametrize("sink", ["ftp://x", "file://relative"])
def test_a_sink_that_cannot_be_used_is_said_and_the_application_runs(
    tracked: Tracked, tracker_log: Any, sink: str
) -> None:
    app = inside(shop(), tracked, sink=sink)
    assert tracked.drive(app, ["GET /"]) == [200]
    assert "usage is not tracked" in tracker_log.text


def test_two_middlewares_count_once(tracked: Tracked) -> None:
    app = outside(inside(shop(), tracked), tracked)
    tracked.drive(app, ["GET /page"])
    assert tracked.calls == {"GET /page 2xx": 1}


def test_the_tests_request_is_there_for_the_application(tracked: Tracked) -> None:
    """Nothing of Flask's own is disturbed: its request, its test client."""
    served = shop()

    @served.get("/asked")
    def asked() -> str:
        return request.path

    inside(served, tracked)
    assert served.test_client().get("/asked").text == "/asked"
    assert tracked.calls == {"GET /asked 2xx": 1}


def test_a_request_whose_route_cannot_be_told_is_lost_and_not_unmatched(tracked: Tracked) -> None:
    app = outside(plain, tracked, template=lambda environ: str(1 // 0))
    assert call(app, "GET /fine").body == b"onetwo"
    assert tracked.calls == {}
    assert [list(record["lost"].values()) for record in tracked.records if record.get("lost")] == [[1]]
