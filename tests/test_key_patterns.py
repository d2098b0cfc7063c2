"""How other programs' keys are written: what a pattern finds, what it reads, what is refused."""

import fnmatch
import re
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.config import load
from auditor.config.key_patterns import TextPattern, foreign_pattern
from auditor.errors import ConfigError

DAY = datetime(2026, 11, 20)  # noqa: DTZ001 -- keys say no zone


def test_method_path_and_day_are_told() -> None:
    said = foreign_pattern("daily_counter", "hits:{method}:{path}:{day:%Y%m%d}", "endpoint").said(
        "hits:GET:/a:b/20261121:20261120"
    )
    assert said is not None
    assert (said.texts, said.when) == ({"method": "GET", "path": "/a:b/20261121"}, DAY)


@pytest.mark.parametrize(
    "key",
    ["hits:GET:/a:2026112", "hits:GET:/a:20261341", "hits::/a:20261120", "hit:GET:/a:20261120", "hits:GET::20261120"],
)
def test_what_is_written_otherwise_is_none_of_the_pattern(key: str) -> None:
    assert foreign_pattern("daily_counter", "hits:{method}:{path}:{day:%Y%m%d}", "endpoint").said(key) is None


def test_fields_are_written_behind_an_arrow_and_tell_the_rest() -> None:
    pattern = foreign_pattern("daily_hash", "hits:{method}:{day} => {path}", "endpoint")
    said = pattern.said("hits:PUT:2026-11-20", "/x")
    assert said is not None and said.texts == {"method": "PUT", "path": "/x"}
    plain = foreign_pattern("hash", "hits", "task").said("hits", "shop.mail")
    assert plain is not None and (plain.texts, plain.when) == ({"key": "shop.mail"}, None)


def test_what_says_nothing_is_passed_over() -> None:
    pattern = foreign_pattern("counter", "{any}:hits:{any}:{path}", "endpoint")
    said = pattern.said("eu:hits:web-1:/x/y")
    assert said is not None and said.texts == {"path": "/x/y"}


def test_an_hour_of_any_spelling() -> None:
    said = foreign_pattern("hourly_counter", "h/{hour:%j-%y %H:00}/{key}", "endpoint").said("h/325-26 07:00/GET /x")
    assert said is not None and said.when == DAY.replace(day=21, hour=7)


def test_braces_may_mean_themselves_and_globs_do() -> None:
    pattern = TextPattern("{{app}}:[*?]^{path}")
    assert pattern.glob == r"{app}:\[\*\?\]\^*"
    said = pattern.match("{app}:[*?]^/x")
    assert said is not None and said.texts == {"path": "/x"}
    assert pattern.match("{app}:[ab]^/x") is None


def test_keys_that_a_time_tells_need_no_search() -> None:
    pattern = foreign_pattern("daily_hash", "hits:{day:%Y%m%d}", "endpoint").key
    assert pattern.timed_only and pattern.written(DAY) == "hits:20261120"
    assert foreign_pattern("hash", "hits", "endpoint").key.timed_only
    assert not foreign_pattern("counter", "hits:{key}", "endpoint").key.timed_only


@pytest.mark.parametrize(
    ("layout", "pattern", "counts", "right"),
    [
        ("counter", "", "endpoint", "how the keys are written, as in 'hits:{method}:{path}'"),
        ("counter", "hits", "endpoint", "{method} and {path}, {path} or {key}"),
        ("counter", "hits:{method}", "endpoint", "{method} and {path}, {path} or {key}"),
        ("counter", "hits:{name}", "endpoint", "{method} and {path}, {path} or {key}"),
        ("counter", "hits:{path}", "task", "{name} or {key} for what counts tasks"),
        ("counter", "hits:{path}:{day}", "endpoint", "without {day} and {hour}"),
        ("counter", "hits:{path", "endpoint", "braces are in pairs"),
        ("counter", "hits:{path}}", "endpoint", "braces are in pairs"),
        ("counter", "hits:{url}", "endpoint", "not {url}"),
        ("counter", "hits:{}", "endpoint", "not {}"),
        ("counter", "hits:{method}{path}", "endpoint", "some text between two placeholders"),
        ("counter", "hits:{path}:{path}", "endpoint", "names each placeholder"),
        ("counter", "hits:{path:%Y}", "endpoint", "without a format"),
        ("counter", "hits:{any} => {key}", "endpoint", "has no fields"),
        ("daily_counter", "hits:{path}", "endpoint", "with one {day}"),
        ("daily_counter", "hits:{path}:{hour}", "endpoint", "with one {day}"),
        ("daily_counter", "hits:{path}:{day:%d}", "endpoint", "%Y or %y, %m and %d or %j"),
        ("daily_counter", "hits:{path}:{day:%Y-%m}", "endpoint", "%Y or %y, %m and %d or %j"),
        ("daily_counter", "hits:{path}:{day:%Y%m%d%H}", "endpoint", "%Y or %y, %m and %d or %j"),
        ("daily_counter", "hits:{path}:{day:%Y%b%d}", "endpoint", "%Y or %y, %m and %d or %j"),
        ("daily_counter", "hits:{path}:{day:%Y%m%d%}", "endpoint", "%Y or %y, %m and %d or %j"),
        ("hourly_counter", "hits:{path}:{hour:%Y%m%d}", "endpoint", "for hours %H"),
        ("daily_hash", "hits:{day} => {path}:{hour}", "endpoint", "fields without {day} and {hour}"),
        ("daily_hash", "hits:{day}:{path} => {path}", "endpoint", "once, in the key or in its fields"),
        ("hash", "hits:{method}", "endpoint", "{method} and {path}, {path} or {key}"),
        ("endpoint_usage", "usage:{path}:{day}", "endpoint", "without {day} and {hour}"),
    ],
)
def test_a_pattern_that_lacks_something_is_refused_with_the_mend(
    layout: str, pattern: str, counts: str, right: str
) -> None:
    with pytest.raises(ValueError, match=r"pattern|keys are|format|fields") as refused:
        foreign_pattern(layout, pattern, counts)
    assert right in str(refused.value)


@given(st.text(st.characters(blacklist_characters="{}", blacklist_categories=("Cs",)), max_size=12))
def test_the_glob_finds_what_the_pattern_reads(literal: str) -> None:
    """Of text without braces; fnmatch escapes differently, so globs are compared through their meaning."""
    pattern = TextPattern(f"{literal}:{{path}}")
    key = f"{literal}:/x"
    assert pattern.match(key) is not None
    assert pattern.glob.replace("\\", "").endswith(":*")
    assert fnmatch.fnmatchcase(key, f"{''.join(f'[{c}]' if c in '*?[' else c for c in literal)}:*")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "kind='redis'\nurl='redis://h'\nlayout='counter'",
            ".pattern = '' is impossible: how the keys are written, as",
        ),
        ("kind='redis'\nurl='redis://h'\nlayout='hash'\npattern='h:{day}'", ".pattern = 'h:{day}' is impossible"),
        ("kind='redis'\nurl='redis://h'\npattern='h:{key}'", ".pattern = 'h:{key}' is impossible: nothing for layout"),
        ("kind='redis'\nurl='redis://h'\ntimezone='Europe/Bonn'", ".timezone = 'Europe/Bonn' is impossible: the IANA"),
        ("kind='http_stats'\nurl='shop.example'", ".url = '…' is impossible: https://…, http://… or 'env:NAME'"),
        (
            "kind='http_stats'\nurl='https://shop.example'\nheaders={Authorization='Bearer hunter2'}",
            ".headers.Authorization = '…' is impossible: 'env:NAME': a secret does not belong into a file",
        ),
    ],
)
def test_a_source_that_cannot_be_meant_is_named(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "auditor.toml").write_text(f"[[usage.sources]]\nname='own'\n{text}\n", "utf-8")
    with pytest.raises(ConfigError, match=r"usage\.sources\[0\]") as caught:
        load(tmp_path)
    assert expected in str(caught.value) and "hunter2" not in str(caught.value)


def test_the_documented_sources_can_be_meant(tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "docs" / "counters.md").read_text("utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "auditor.toml").write_text("\n".join(blocks), "utf-8")
    assert [one.name for one in load(tmp_path).config.usage.sources] == ["calls", "daily", "jobs", "stats"]
    rows = re.findall(r"^\| `(\w+)` \| (?:string|hash|sorted set)[^|]*\| `([^`]+)`", text, re.MULTILINE)
    assert len(rows) == 7 and all(foreign_pattern(kind, pattern, "endpoint") for kind, pattern in rows)
    rights = next(line for line in text.splitlines() if line.startswith("user auditor-counters")).split(" ~", 1)[1]
    assert rights in (Path(__file__).parents[1] / "config" / "redis-acl.conf").read_text("utf-8")
