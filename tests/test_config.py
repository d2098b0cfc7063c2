"""The configuration: found, read strictly, and explained when it is wrong."""

import re
from pathlib import Path

import msgspec
import pytest

from auditor.config import (
    AuditConfig,
    GateAllow,
    GateConfig,
    HouseDecorator,
    HouseFramework,
    KeepEntry,
    PlanConfig,
    ReportConfig,
    ScanConfig,
    ServiceConfig,
    SourceConfig,
    UsageConfig,
    load,
    parse_duration,
)
from auditor.errors import ConfigError

REFERENCE = Path(__file__).parent.parent / "config" / "auditor.toml"


def test_reference_configuration_equals_the_defaults() -> None:
    assert load(REFERENCE.parent, REFERENCE).config == AuditConfig()


def test_reference_configuration_names_every_key() -> None:
    text = REFERENCE.read_text("utf-8")
    for struct in (
        AuditConfig, ScanConfig, UsageConfig, SourceConfig, PlanConfig, GateConfig, ReportConfig, ServiceConfig,
        KeepEntry, GateAllow, HouseFramework, HouseDecorator,
    ):  # fmt: skip
        for field in struct.__struct_fields__:
            assert re.search(rf"^(#: )?\[*(\w+\.)?{field}\b", text, re.MULTILINE), f"{struct.__name__}.{field}"


def test_commented_examples_of_the_reference_are_valid(tmp_path: Path) -> None:
    target = tmp_path / "auditor.toml"
    target.write_text(re.sub(r"^#: ", "", REFERENCE.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    config = load(tmp_path).config
    names = ["redis", "stats", "edge", "app-log", "agents", "browsers", "lines", "lake"]
    assert [source.name for source in config.usage.sources] == names
    assert config.keep[0].owner == "team-billing"
    assert [one.name for one in config.frameworks] == ["house", "homeassistant"]
    assert config.frameworks[0].rule.decorators[0].callee == "shop.bus.subscribe"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ap = 'shop'", "unknown key ap; known here: app, roots"),
        ("[plan]\nmax_file = 3", "unknown key plan.max_file; known here: max_files"),
        ("[plan]\nmax_files = 'three'", "plan.max_files = 'three': expected `int`"),
        ("[plan]\nmax_files = 9", "plan.max_files = 9 is impossible: 1 to 5"),
        ("[usage]\nmin_watched = 95.0", "usage.min_watched = 95.0 is impossible"),
        (
            "[plan]\nsmoke = ['shop main']",
            "plan.smoke[0] = 'shop main' is impossible: write module or module:attribute",
        ),
        ("[gate]\nmax_age = 'soon'", "gate.max_age = 'soon' is impossible"),
        ("[[usage.sources]]\nname = 'r'\nkind = 'carrier-pigeon'", "usage.sources[0].kind = 'carrier-pigeon'"),
        ("project = 'app'", "invalid enum value 'app'; one of 'auto', 'application', 'library'"),
        ("[[usage.sources]]\nname = 'r'\nkind = 'redis'", "usage.sources[0].url = '' is impossible"),
        (
            "[[usage.sources]]\nname='r'\nkind='access_log'\npath='x'\ntimezone='Berlin'",
            "usage.sources[0].timezone = 'Berlin' is impossible",
        ),
        (
            "[[usage.sources]]\nname='r'\nkind='access_log'\npath='x'\nformat='regex'",
            "usage.sources[0].pattern = '' is impossible: a regular expression with named",
        ),
        (
            "[[usage.sources]]\nname='r'\nkind='access_log'\npath='x'\nformat='regex'\npattern='(GET'",
            "is impossible: a regular expression, and it is none",
        ),
        (
            "[[usage.sources]]\nname='r'\nkind='access_log'\npath='x'\nformat='regex'\npattern='(?P<method>x)'",
            "(?P<timestamp>…), (?P<method>…) and",
        ),
        (
            "[[usage.sources]]\nname='r'\nkind='access_log'\npath='x'\nformat='regex'\npattern='(?=x)'",
            "without look-around",
        ),
        ("[[usage.sources]]\nname='r'\nkind='access_log'\npath='x'\npattern='x'", "format = 'regex' beside it"),
        (
            "[[usage.sources]]\nname='r'\nkind='access_log'\npath='x'\nfields={verb='x'}",
            "usage.sources[0].fields.verb = 'x' is impossible: one of method",
        ),
        (
            "[[usage.sources]]\nname='r'\nkind='access_log'\npath='x'\nformat='cloudfront'\ncomplete=true",
            "writes no file while there are no requests",
        ),
        ("[[usage.sources]]\nname = 'r'\nkind = 'warehouse'", "a warehouse source needs a url"),
        ("[[keep]]\ndefinition = 'a:b'\nreason = 'x'", "lacks the key 'owner'"),
        ("[[frameworks]]\nname='h'\nbases={}", "unknown key frameworks[0].bases; known here: name, enablers"),
        ("[[frameworks]]\nname='h'", "frameworks[0] = 'h' is impossible: it says nothing; give one of decorators"),
        ("[[frameworks]]\nenablers=['x']", "frameworks[0] lacks the key 'name'"),
        ("[[frameworks]]\nname='h'\nenablers=[]\nmethod_names=['x']", "frameworks[0].enablers = [] is impossible"),
        (
            "[[frameworks]]\nname='h'\ndecorators=[{callee='x', kind='keep'}]",
            "invalid enum value 'keep'; one of 'hook', 'task'",
        ),
        ("[[frameworks]]\nname='h'\ndecorators=[{call='x'}]", "unknown key frameworks[0].decorators[0].call; known"),
        ("[[frameworks]]\nname='h'\ndecorators=[{callee='*'}]", "decorators[0].callee = '*' is impossible"),
        ("[[frameworks]]\nname='h'\nmodule_names={'*'=['x']}", "frameworks[0].module_names = '*' is impossible"),
        ("[[frameworks]]\nname='h'\nentry_base_classes={'x'='hok'}", "invalid enum value 'hok'"),
        ("[[frameworks]]\nname='h'\nbase_classes={'x'='run'}", "frameworks[0].base_classes"),
        ("[[frameworks]]\nname='h'\nmethod_names=['a']\n" * 2, "names of frameworks must differ"),
        ("app = ", "not valid TOML"),
        (f"x = {'[' * 3000}", "nested too deeply"),
        ("app = '\u00a0\u200b'", "a name of printable characters"),
        ("roots = ['../other']", "roots[0] = '../other' is impossible: a directory inside"),
        ("roots = ['/etc']", "roots[0] = '/etc' is impossible: a directory inside"),
        ("[gate]\ndays = 4000", "gate.days = 4000 is impossible: 1 to 400 days"),
        ("[gate]\nmax_age = '0s'", "not a duration above zero"),
        ("[gate]\nmax_age = '99999999999999999999d'", "is not a duration"),
        ("[gate]\nmax_age = '\u0663h'", "is not a duration"),
        ("[scan]\njobs = 99999", "scan.jobs = 99999 is impossible"),
        ("[scan]\ncache = 'https://:hunter2@host'", "scan.cache = 'https://:***@host' is impossible: true, false, a"),
        ("[scan]\ncache = ' '", "scan.cache = ' ' is impossible"),
        ("[scan]\ncache = 3", "scan.cache = 3"),
        ("[scan]\npublic_api = 'some'", "invalid enum value 'some'; one of 'all', 'exports'"),
        (
            "[service]\norigins = ['https://shop.example/']",
            "service.origins[0] = 'https://shop.example/' is impossible",
        ),
        ("[service]\norigins = ['*']", "service.origins[0] = '*' is impossible: an origin"),
        ("[service]\nspool_megabytes = 0", "service.spool_megabytes = 0 is impossible: 1 to"),
        ("[[keep]]\ndefinition='a'\nreason='b'\nowner='c'\nuntil='soon'", "write a date, as in 2027-06-30"),
        ("[[usage.sources]]\nname='j'\nkind='json_log'\npath='x'\nfields={method=1}", "expected `str`, got `int`"),
        ("[usage]\nsources = 'redis://:hunter2@host'", "usage.sources = 'redis://:***@host'"),
    ],
)
def test_what_is_wrong_is_named_with_file_key_and_value(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "auditor.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=re.escape(str(tmp_path / "auditor.toml"))) as caught:
        load(tmp_path)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_found_upwards_in_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.auditor]\napp = 'shop'\n", "utf-8")
    inner = tmp_path / "src" / "shop"
    inner.mkdir(parents=True)
    loaded = load(inner)
    assert (loaded.config.app, loaded.root) == ("shop", tmp_path)


def test_a_pyproject_without_our_table_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n", "utf-8")
    assert load(tmp_path).path is None


def test_a_missing_explicit_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load(tmp_path, tmp_path / "nowhere.toml")


@pytest.mark.parametrize(("text", "seconds"), [("36h", 129600), ("90m", 5400), ("2d", 172800), ("5 s", 5)])
def test_durations(text: str, seconds: int) -> None:
    assert parse_duration(text).total_seconds() == seconds


def test_configuration_is_frozen() -> None:
    with pytest.raises(AttributeError):
        AuditConfig().app = "other"  # type: ignore[misc]  # that it cannot be assigned is what is tested
    assert msgspec.structs.replace(AuditConfig(), app="x").app == "x"


def test_fewer_days_than_hours_are_kept_for_may_be_asked_for(tmp_path: Path) -> None:
    (tmp_path / "auditor.toml").write_text("[usage]\nkeep_days = 5\n")
    assert load(tmp_path).config.usage.keep_days == 5
