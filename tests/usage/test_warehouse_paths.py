"""What a warehouse joins: only paths that match the same route, and all ids of one route."""

import random
from datetime import date
from urllib.parse import quote

import ibis
import pytest

from auditor.tracking import layout
from auditor.usage.routes import RouteTable
from auditor.usage.warehouse import expressions
from auditor.usage.warehouse.columns import Columns
from auditor.usage.warehouse.counts import Counts, DifferentKeysError, PathKeys
from auditor.usage.warehouse.path_classes import PathClasses, path_classes
from auditor.usage.warehouse.selection import Question

COLUMNS = Columns("second", "integer", method="method", path="path", status="status")
DAYS = (date(2026, 11, 8),)
SECOND = 1_794_096_000
_METHODS = ("GET", "GET", "HEAD", "*", "POST")
_SEGMENTS = (
    "a", "b", "{x}", "{x:int}", "{x:float}", "{x:uuid}", "{x:slug}", "{x:path}", "{x}.json", "v{x:int}",
    "a-{x}-{y:int}", "a b", "ü", "100%", "", "(x)", "[x]", "a^b", "{x}$", "it's", "a\\b", "{x}+{y}",
)  # fmt: skip
_PARTS = (
    "a", "b", "ab", "A", "12", "0", "1.5", "x.json", ".json", "v7", "vx", "a-b-3", "a-b-c", "a b", "ü", "é", "100%", "",
    "", "(x)", "x", "[x]", "a^b", "q$", "it's", "a\\b", "x+y", "a%2Fb", "%41", "%C3%BC", "%c3", "%20", "%3f", "%zz",
    "%", "_-", "0123456789abcdef0123456789abcdef", "01234567-89ab-cdef-0123-456789abcdef", "a\nb", "12\n",
    "٣", "a;b", "a|b",
)  # fmt: skip


def asked(keys: tuple[str, ...], rows: list[tuple[str, str]], classes: PathClasses | None) -> list[tuple[object, ...]]:
    """Return the groups that DuckDB makes of methods and targets."""
    connection = ibis.duckdb.connect()
    columns = {"method": [row[0] for row in rows], "path": [row[1] for row in rows]}
    table = connection.create_table(
        "requests",
        ibis.memtable(columns | {"status": [200] * len(rows), "second": [SECOND] * len(rows)}),
    )
    question = Question(COLUMNS, DAYS, "duckdb", classes)
    answer = expressions.uses(table, question).to_pyarrow()
    return list(zip(*(column.to_pylist() for column in answer.columns), strict=True))


def counted(keys: tuple[str, ...], rows: list[tuple[str, str]]) -> dict[str, int]:
    counts = Counts("endpoint", PathKeys(RouteTable(keys)))
    counts.add_uses(asked(keys, rows, path_classes(keys)), by_method=True, by_status=True)
    return {sample.key: sample.count for sample in counts.samples()}


def one_by_one(keys: tuple[str, ...], rows: list[tuple[str, str]]) -> dict[str, int]:
    routes, sums = RouteTable(keys), {}
    for method, path in rows:
        key = routes.match(method, path) or layout.UNMATCHED
        sums[key] = sums.get(key, 0) + 1
    return sums


@pytest.mark.parametrize("seed", range(30))
def test_a_group_never_holds_paths_of_two_routes(seed: int) -> None:
    dice = random.Random(seed)
    keys = tuple(
        f"{dice.choice(_METHODS)} /{'/'.join(dice.choices(_SEGMENTS, k=dice.randrange(1, 5)))}"
        for _ in range(dice.randrange(1, 14))
    )
    rows = [
        (
            dice.choice(("GET", "HEAD", "POST", "get")),
            dice.choice(("", "", "", "http://h", "x://"))
            + "/"
            + "/".join(dice.choices(_PARTS, k=dice.randrange(1, 7)))
            + dice.choice(("", "?q=/a", "#f?")),
        )
        for _ in range(1500)
    ]
    assert counted(keys, rows) == one_by_one(keys, rows)


def test_ids_names_and_escaped_texts_come_back_as_one_row_a_route() -> None:
    keys = (
        "GET /users/me",
        "GET /users/{id:int}",
        "GET /users/{name}/posts/{post}",
        "GET /files/{path:path}",
        "GET /s/{q}",
    )
    words = [f"{quote('größe')}%20{number}" for number in range(900)]
    rows = [("GET", f"/users/{number}") for number in range(900)]
    rows += [("GET", f"/users/{word}/posts/{word}") for word in words]
    rows += [("GET", f"/files/{number}/x/{number}") for number in range(900)]
    rows += [("GET", f"/s/{word}") for word in words]
    rows += [("GET", f"/wp-{number}.php") for number in range(900)]
    groups = asked(keys, rows, path_classes(keys))
    assert len(groups) <= 8
    assert counted(keys, rows) == one_by_one(keys, rows)


def test_a_warehouse_that_takes_letters_of_both_cases_for_one_is_found_out() -> None:
    keys = ("GET /users/me", "GET /users/{name}")
    counts = Counts("endpoint", PathKeys(RouteTable(keys)))
    with pytest.raises(DifferentKeysError):
        counts.add_uses(
            [(498_360, "GET", 200, "/users/Me", "/users/me", 7, SECOND, SECOND, False)], by_method=True, by_status=True
        )


def test_without_classes_every_path_is_asked_for() -> None:
    rows = [("GET", f"/users/{number}") for number in range(40)]
    assert len(asked(("GET /users/{id}",), rows, None)) == 40


def test_paths_with_a_proxys_prefix_prove_use_only() -> None:
    counts = Counts("endpoint", PathKeys(RouteTable(["GET /users/{id}", "GET /{slug}"])))
    assert counts.doubts() == ()
    keys = PathKeys(RouteTable(["GET /users/{id}", "GET /{slug}"]))
    assert keys("GET", "/wp-login/x.php") == layout.UNMATCHED and not keys.prefixed
    assert keys("GET", "/api/users/1") == layout.UNMATCHED and keys.prefixed
    assert "a prefix" in Counts("endpoint", keys).doubts()[0]
