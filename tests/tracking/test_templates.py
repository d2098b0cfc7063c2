"""How templates in usage keys are written, whatever the framework."""

import pytest

from auditor.tracking.templates import from_angles, template_of


@pytest.mark.parametrize(
    ("rule", "template"),
    [
        ("/users/<int:id>", "/users/{id:int}"),
        ("/users/<name>", "/users/{name}"),
        ("/users/<string:name>", "/users/{name}"),
        ("/users/<string(length=2):code>/x", "/users/{code}/x"),
        ("files/<path:rest>", "files/{rest:path}"),
    ],
)
def test_angles(rule: str, template: str) -> None:
    assert from_angles(rule) == template


@pytest.mark.parametrize(
    ("pattern", "template"),
    [
        (r"^articles/(?P<year>[0-9]{4})/$", "articles/{year}/"),
        (r"^a/(\d+)/(?:page-(\d+)/)b\.html$", "a/{0}/page-{1}/b.html"),
        (r"^(?P<path>(a|b)/c\)d)\Z", "{path:path}"),
        (r"^broken/(", "broken/{0}"),
        (r"^x/?$", "x"),
        (r"^help/.*$", "help/{0:path}"),
        (r"^users\.(?P<format>[a-z0-9]+)/?$", "users.{format}"),
        (r"^(?:a|b)/c(?P<suffix>\.json)?$", "a/c{suffix}"),
        (r"^s/(?P<one>[^/]+)/(?P<rest>[^x]+)$", "s/{one}/{rest:path}"),
        (r"^s/(?P<one>[])(/]+)/\d+/$", "s/{one:path}/{0}/"),
    ],
)
def test_regular_expressions(pattern: str, template: str) -> None:
    assert template_of(pattern).text == template
