"""Which text is the symbol, which is part of a longer name, which is plain words."""

import pytest

from auditor.plan.retire.spellings import Spellings, plurals, singulars


def read(name: str, line: str, tables: tuple[str, ...] = (), *, prose: bool = False) -> list[tuple[str, str]]:
    return [(hit.text, hit.kind) for hit in Spellings(name, tables).hits(line, prose=prose)]


@pytest.mark.parametrize(
    "text",
    [
        "ToolUsage", "toolUsage", "tool_usage", "tool-usage", "TOOL_USAGE", "ToolUsages", "tool_usages", "toolusage",
        "tool_usage_id", "toolUsageId", "toolUsageIds", "toolusage_set", "toolusage__tool", "add_toolusage",
        "_tool_usage", "__tool_usage__", "--tool-usage", "$toolUsage",
    ],
)  # fmt: skip
def test_every_spelling_and_what_frameworks_derive_is_the_symbol(text: str) -> None:
    assert read("ToolUsage", f"x = {text}(1)") == [(text, "exact")]


@pytest.mark.parametrize(
    "text",
    ["ToolUsageStats", "toolUsageStats", "recordToolUsage", "tool_usage_stats", "TOOL_USAGE_TABLE", "my-tool-usage",
     "IToolUsage", "tool_usage2", "create_tool_usage", "ToolUsageIdle"],
)  # fmt: skip
def test_part_of_a_longer_name_is_told_apart(text: str) -> None:
    assert read("ToolUsage", f"x = {text}(1)", ("ToolUsage", "tool_usage")) == [(text, "longer")]


def test_words_are_weak_and_other_words_are_nothing() -> None:
    assert read("ToolUsage", "Tool usage is counted; a stool usage; toolusagefoo; pretool_usagex") == [
        ("Tool usage", "plain")
    ]


def test_a_name_of_one_word_counts_where_no_plain_word_stands() -> None:
    assert read("Report", "class Report: report = REPORT") == [
        ("Report", "exact"), ("report", "plain"), ("REPORT", "plain"),
    ]  # fmt: skip
    spelled = Spellings("Report", ("report",), prisma=True)
    line = "prisma.client.report.findMany(); this.db.report.count(x); x.report.title; a as Prisma.ReportWhereInput"
    assert [(hit.text, hit.kind) for hit in spelled.hits(line)] == [
        ("report", "exact"), ("report", "exact"), ("report", "plain"), ("ReportWhereInput", "exact"),
    ]  # fmt: skip
    assert [hit.kind for hit in spelled.hits("Prisma.ReportStatsWhereInput")] == ["longer"]
    assert read("Report", "Report this to `Report`, or Report.send", prose=True) == [
        ("Report", "plain"), ("Report", "exact"), ("Report", "exact"),
    ]  # fmt: skip
    assert read("Report", "SELECT 1 FROM reports JOIN x ON x.a = 'reports'", ("reports",)) == [
        ("reports", "exact"), ("reports", "plain"),
    ]  # fmt: skip
    assert read("Report", 'ForeignKey("reports.id")', ("reports",)) == [("reports", "exact")]


def test_letters_that_are_not_ascii_make_one_word() -> None:
    assert read("Größe", "class Größe: grosse = e") == [("Größe", "exact")]
    assert list(Spellings("Größe").hits("gre")) == []


def test_tables_are_spellings_of_their_own() -> None:
    line = 'INSERT INTO tools_log; SELECT * FROM "tools_log"; tools_logs; old_tools_log'
    assert read("ToolUsage", line, ("ops.tools_log",)) == [("tools_log", "exact"), ("tools_log", "exact")]


@pytest.mark.parametrize(
    ("one", "many"), [("usage", "usages"), ("category", "categories"), ("box", "boxes"), ("person", "people"),
                      ("day", "days"), ("match", "matches"), ("hero", "heroes")]
)  # fmt: skip
def test_plurals_there_and_back(one: str, many: str) -> None:
    assert plurals(one)[0] == many
    assert one in singulars(many)
    assert read("Api" + one.capitalize(), f"api_{many}") == [(f"api_{many}", "exact")]


def test_files_and_directories_are_called_after_it() -> None:
    spelled = Spellings("ToolUsage")
    yes = ("tool_usage", "test_tool_usage", "toolUsage.test", "tool-usage.spec", "ToolUsage")
    assert [name for name in (*yes, "toolUsageFactory", "usage", "tool_usage_stats") if spelled.is_name(name)] == [*yes]
