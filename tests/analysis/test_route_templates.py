"""Which template covers which."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.analysis.routing.route_templates import covers, shape


@pytest.mark.parametrize(
    ("earlier", "later", "answer"),
    [
        ("/users/{id}", "/users/{name}", True),
        ("/users/{id}", "/users/me", True),
        ("/users/me", "/users/{id}", False),
        ("/users/{id:int}", "/users/me", False),
        ("/users/{id:int}", "/users/42", True),
        ("/users/{id:int}", "/users/{id}", False),
        ("/users/{id}", "/users/{id:int}", True),
        ("/x/{a:float}", "/x/{b:int}", True),
        ("/x/{a:int}", "/x/{b:float}", False),
        ("/{rest:path}", "/any/thing/{at}/all", True),
        ("/x/{rest:path}", "/x", False),
        ("/x/{rest:path}", "/x/", True),
        ("/x/{a}", "/x/", False),
        ("/x/{a}", "/x/{rest:path}", False),
        ("/x/{a}.json", "/x/{b}.json", True),
        ("/x/{a}", "/x/{b}.json", True),
        ("/x/{a}", "/x/{b}/y", False),
    ],
)
def test_covers(earlier: str, later: str, answer: bool) -> None:
    assert covers(earlier, later) is answer


SEGMENT = st.sampled_from(["a", "42", "{x}", "{x:int}", "{x:path}", "a.b", "{x}.b", ""])
TEMPLATE = st.lists(SEGMENT, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))
PATH = st.lists(st.sampled_from(["a", "42", "a.b", "q.b", ""]), min_size=1, max_size=4).map(
    lambda parts: "/" + "/".join(parts)
)


def matcher(template: str) -> re.Pattern[str]:
    """Compile a template as Starlette does."""
    pattern = re.escape(shape(template)).replace(re.escape("{:int}"), "[0-9]+").replace(re.escape("{:path}"), ".*")
    return re.compile(pattern.replace(re.escape("{}"), "[^/]+"))


@given(TEMPLATE, TEMPLATE, PATH)
def test_what_is_covered_is_never_matched_alone(earlier: str, later: str, path: str) -> None:
    if covers(earlier, later) and matcher(later).fullmatch(path):
        assert matcher(earlier).fullmatch(path)
