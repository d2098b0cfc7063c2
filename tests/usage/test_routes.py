"""Concrete path -> template: the framework's order, converters, HEAD, and speed; checked against a naive regex."""

import re
import time
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.route_keys import shape
from auditor.usage.routes import RouteTable, plain_path, segment_pattern

KEYS = (
    "GET /",
    "GET /users/me",
    "GET /users/{id}",
    "POST /users/{id}",
    "GET /orders/{id:int}",
    "GET /orders/{slug}",
    "GET /files/{path:path}",
    "GET /files/{path:path}/meta",
    "GET /users/{id}/posts/{post_id}",
    "GET /export/{name}.{ext}",
    "HEAD /health",
    "GET /health",
    "GET /slash/",
    "GET /caf\u00e9/{id}",
    "(unmatched)",
)


@pytest.mark.parametrize(
    ("method", "path", "key"),
    [
        ("GET", "/", "GET /"),
        ("GET", "/users/me", "GET /users/me"),
        ("GET", "/users/42?full=1", "GET /users/{id}"),
        ("get", "/users/42#top", "GET /users/{id}"),
        ("POST", "/users/me", "POST /users/{id}"),
        ("DELETE", "/users/42", None),
        ("GET", "/orders/17", "GET /orders/{id:int}"),
        ("GET", "/orders/seventeen", "GET /orders/{slug}"),
        ("GET", "/orders/-1", "GET /orders/{slug}"),
        ("GET", "/files/a/b/c.txt", "GET /files/{path:path}"),
        ("GET", "/files/", "GET /files/{path:path}"),
        ("GET", "/files/a/meta", "GET /files/{path:path}"),
        ("GET", "/users/1/posts/2", "GET /users/{id}/posts/{post_id}"),
        ("GET", "/users//posts/2", None),
        ("GET", "/users/", None),
        ("GET", "/export/a.b.csv", "GET /export/{name}.{ext}"),
        ("HEAD", "/users/1", "GET /users/{id}"),
        ("HEAD", "/health", "HEAD /health"),
        ("GET", "/slash/", "GET /slash/"),
        ("GET", "/slash", "GET /slash/"),
        ("GET", "/caf%C3%A9/1", "GET /caf\u00e9/{id}"),
        ("GET", "/users/a%20b", "GET /users/{id}"),
        ("GET", "/users/a%2Fb", None),
        ("GET", "https://shop.example/users/1?x", "GET /users/{id}"),
        ("GET", "*", None),
        ("", "", None),
        ("GET", "/\0/" + "x/" * 5000, None),
    ],
)
def test_a_request_leads_to_the_route_that_serves_it(method: str, path: str, key: str | None) -> None:
    assert RouteTable(KEYS).match(method, path) == key


def test_the_first_registered_route_wins_even_over_a_literal() -> None:
    assert RouteTable(["GET /users/{id}", "GET /users/me"]).match("GET", "/users/me") == "GET /users/{id}"
    assert RouteTable(sorted(["GET /users/{id}", "GET /users/me"])).match("GET", "/users/me") == "GET /users/me"


def test_a_path_parameter_registered_later_does_not_hide_an_earlier_route() -> None:
    table = RouteTable(["GET /files/{name}", "GET /files/{rest:path}", "GET /files/list"])
    assert table.match("GET", "/files/list") == "GET /files/{name}"
    assert table.match("GET", "/files/a/b") == "GET /files/{rest:path}"


def test_an_unknown_converter_matches_widely_rather_than_not_at_all() -> None:
    assert RouteTable(["GET /x/{v:semver}"]).match("GET", "/x/1.2.3") == "GET /x/{v:semver}"
    assert RouteTable(["GET /x/{v:any(a,b)}"]).match("GET", "/x/a") == "GET /x/{v:any(a,b)}"
    assert RouteTable(["GET /y/{v:re([0-9]{4}/x)}"]).match("GET", "/y/2024") == "GET /y/{v:re([0-9]{4}/x)}"


def test_a_route_for_every_method() -> None:
    table = RouteTable(["* /any/{x}", "GET /any/{y}"])
    assert table.match("PATCH", "/any/1") == "* /any/{x}"
    assert table.match("GET", "/any/1") == "* /any/{x}"


def test_spellings_of_one_route_agree() -> None:
    assert shape("GET /users/{user_id}") == shape("GET /users/{id:int}") == "GET /users/{}"
    assert shape("GET /f/{rest:path}") != shape("GET /f/{rest}")


def test_an_escaped_question_mark_belongs_to_the_path() -> None:
    assert plain_path("/a%3Fb?c") == "/a?b"


def naive(keys: tuple[str, ...], method: str, path: str) -> str | None:
    """First key in order whose whole-path regular expression matches; no trie, no pruning."""
    for key in keys:
        name, _, template = key.partition(" ")
        pattern = "/".join(segment_pattern(part) or re.escape(part) for part in template.split("/"))
        if name == method and re.fullmatch(pattern, unquote(path), re.DOTALL):
            return key
    return None


segments = st.sampled_from(["a", "b", "users", "{x}", "{n:int}", "{p:path}", "{x}.{y}", "v{n:int}", ""])
templates = st.lists(segments, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))
concrete = st.lists(st.sampled_from(["a", "b", "users", "1", "22", "v7", "q.z", ".", "%41", ""]), max_size=5)


@given(
    st.lists(st.tuples(st.sampled_from(["GET", "POST"]), templates), max_size=8),
    st.sampled_from(["GET", "POST"]),
    concrete.map(lambda parts: "/" + "/".join(parts)),
)
def test_the_table_agrees_with_trying_every_route_in_order(
    routes: list[tuple[str, str]], method: str, path: str
) -> None:
    keys = tuple(f"{name} {template}" for name, template in routes)
    assert RouteTable(keys).match(method, path) == naive(keys, method, path)


def test_a_thousand_templates_are_matched_fast() -> None:
    keys = [f"GET /api/v1/resource{n}/{{id}}/sub/{{other:int}}" for n in range(1000)]
    table = RouteTable(keys)
    paths = [f"/api/v1/resource{n % 1000}/{n}/sub/{n}" for n in range(20_000)]
    started = time.process_time()
    assert all(table.match("GET", path) for path in paths)
    assert time.process_time() - started < 2, "20,000 matches over 1,000 templates took more than 2 s of CPU"


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/users/42", "GET /users/{id}"),
        ("/api/users/42", "GET /api/users/{id}"),
        ("/edge/users/42", "GET /users/{id}"),
        ("/shop/web/users/42/?x=1", "GET /users/{id}"),
        ("/v2/api/users/42", "GET /api/users/{id}"),
        ("/a/b/c/d/e/users/42", None),
        ("/api/v2/anything", None),
        ("/api/v2/", None),
    ],
)
def test_what_a_proxy_logs_with_a_prefix_is_use_of_the_route_below_it(path: str, key: str | None) -> None:
    table = RouteTable(("GET /", "GET /{page}", "GET /users/{id}", "GET /api/users/{id}"))
    assert table.match_end("GET", path) == key
