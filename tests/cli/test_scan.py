"""`scan`, `why` and `routes`: the published JSON, the same bytes whatever the way, the right root, time."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

SCAN_KEYS = {
    "format_version", "tool", "root", "commit", "files", "lines", "definitions", "routes", "findings", "problems",
}  # fmt: skip
FINDING_KEYS = {
    "id", "kind", "language", "path", "line", "end_line", "lines", "status", "rule", "agreed_by", "evidence",
}  # fmt: skip
ROUTE_KEYS = {"method", "template", "id", "path", "line", "framework", "shadowed_by"}


def _scan(auditor: Run, cwd: Path, *arguments: str) -> dict[str, object]:
    done = auditor("scan", "--format", "json", *arguments, cwd=cwd)
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, object] = json.loads(done.stdout)
    return found


def _ids(result: dict[str, object]) -> list[str]:
    findings = result["findings"]
    assert isinstance(findings, list)
    return [finding["id"] for finding in findings]


def test_scan_has_the_published_fields(auditor: Run, shop: Path) -> None:
    (shop / "broken.py").write_text("def x(:\n", "utf-8")
    result = _scan(auditor, shop)
    assert set(result) >= SCAN_KEYS
    assert (result["format_version"], result["routes"], result["root"]) == (1, 1, "shop")
    assert set(result["tool"]) == {"name", "version"}  # type: ignore[call-overload]  # an object in this JSON
    assert _ids(result) == ["main:forgotten"]
    (finding,) = result["findings"]  # type: ignore[misc]  # a list in this JSON
    assert set(finding) >= FINDING_KEYS
    assert (finding["path"], finding["line"], finding["status"], finding["rule"]) == (
        "main.py", 15, "unreached", "AUD001",
    )  # fmt: skip
    assert set(finding["evidence"][0]) == {"kind", "supports", "detail", "path", "line"}
    (problem,) = result["problems"]  # type: ignore[misc]  # a list in this JSON
    assert set(problem) == {"path", "line", "message"}


def test_routes_have_the_published_fields(auditor: Run, shop: Path) -> None:
    done = auditor("routes", "--format", "json", cwd=shop)
    (row,) = json.loads(done.stdout)
    assert set(row) == ROUTE_KEYS
    assert row == {
        "method": "GET", "template": "/users/{user_id}", "id": "main:show_user", "path": "main.py",
        "line": row["line"], "framework": "fastapi", "shadowed_by": None,
    }  # fmt: skip


def test_bytes_do_not_depend_on_jobs_cache_or_hashing(auditor: Run, shop: Path) -> None:
    for number in range(30):
        (shop / f"module{number}.py").write_text(f"import os\nimport module{number - 1}\nclass C{number}:\n  x = 1\n")
    runs = [
        (("--jobs", "1"), "0"),
        (("--jobs", "2"), "1"),
        (("--jobs", "1", "--no-cache"), "2"),
        (("--jobs", "2", "--no-cache"), "3"),
        ((), "4"),
    ]
    for format_name in ("json", "text", "sarif", "html"):
        outputs = {
            auditor("scan", "--format", format_name, *arguments, cwd=shop, env={"PYTHONHASHSEED": seed}).stdout
            for arguments, seed in runs
        }
        assert len(outputs) == 1, format_name


@pytest.mark.parametrize("format_name", ["text", "json", "sarif", "github", "gitlab", "markdown", "html"])
def test_every_format_is_written_for_every_tree(auditor: Run, shop: Path, tmp_path: Path, format_name: str) -> None:
    (tmp_path / "empty").mkdir()
    for directory in (shop, tmp_path / "empty"):
        done = auditor("scan", "--format", format_name, cwd=directory)
        assert (done.returncode, done.stderr) == (0, "")
        if format_name in ("json", "sarif", "gitlab"):
            json.loads(done.stdout)


def test_found_is_said_by_the_exit_code_when_asked_for(auditor: Run, shop: Path) -> None:
    assert auditor("scan", "--fail-on-found", cwd=shop).returncode == 1
    assert auditor("scan", "--fail-on-found", "pyproject.toml", cwd=shop).returncode == 0
    assert auditor("scan", cwd=shop).returncode == 0


def test_a_part_of_the_project_is_judged_within_the_whole(auditor: Run, shop: Path) -> None:
    (shop / "pyproject.toml").unlink()
    (shop / "parts").mkdir()
    (shop / "parts" / "prices.py").write_text("def used():\n  pass\n\ndef unused():\n  pass\n")
    (shop / "main.py").write_text((shop / "main.py").read_text() + "\nfrom parts.prices import used\nused()\n")
    for cwd, arguments in ((shop, ("parts",)), (shop, ("parts/prices.py",)), (shop / "parts", (".",))):
        assert _ids(_scan(auditor, cwd, *arguments)) == ["parts.prices:unused"]
    assert _ids(_scan(auditor, shop / "parts")) == ["main:forgotten", "parts.prices:unused"]
    assert _scan(auditor, shop / "parts")["root"] == "shop"


def test_a_package_outside_git_is_judged_within_what_holds_it(auditor: Run, tmp_path: Path) -> None:
    package = tmp_path / "place" / "shapes"
    (package / "round").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "round" / "__init__.py").write_text("def area(): pass\ndef edge(): pass\n")
    (tmp_path / "place" / "run.py").write_text("import shapes.round\nshapes.round.area()\n")
    result = _scan(auditor, tmp_path, "place/shapes/round")
    assert result["root"] == "place"


def test_a_path_outside_the_root_or_without_files_is_said(auditor: Run, shop: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    settings = str(shop / "pyproject.toml")
    done = auditor("scan", str(tmp_path / "other"), "--config", settings, cwd=shop)
    assert (done.returncode, done.stdout) == (2, "")
    assert "outside the audited root" in done.stderr
    result = _scan(auditor, shop, "pyproject.toml")
    assert result["problems"] == [
        {
            "path": "pyproject.toml",
            "line": 0,
            "message": "no audited file lies here: it holds no Python, is excluded, or git ignores it",
        }
    ]


@pytest.mark.parametrize("target", ["main.py:7", "./main.py:7", "main:show_user", "main.show_user", "show_user"])
def test_why_takes_every_way_to_name_a_definition(auditor: Run, shop: Path, target: str) -> None:
    done = auditor("why", "--format", "json", target, cwd=shop)
    assert json.loads(done.stdout)["id"] == "main:show_user"


def test_why_takes_paths_from_where_one_stands(auditor: Run, shop: Path) -> None:
    (shop / "parts").mkdir()
    for cwd, target in (
        (shop, str(shop / "main.py:7")),
        (shop / "parts", "../main.py:7"),
        (shop / "parts", "main.py:7"),
    ):
        done = auditor("why", "--format", "json", target, cwd=cwd)
        assert json.loads(done.stdout)["id"] == "main:show_user"


def test_a_keep_entry_holds_until_its_last_day(auditor: Run, shop: Path) -> None:
    with (shop / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write('[[tool.auditor.keep]]\ndefinition="main:forgotten"\nreason="x"\nowner="y"\nuntil=2026-06-30\n')
    assert _ids(_scan(auditor, shop, "--now", "2026-06-30T23:59:59Z")) == []
    assert _ids(_scan(auditor, shop, "--now", "2026-07-01")) == ["main:forgotten"]
    for moment, status in (("2026-06-30", "production"), ("2026-07-01", "unreached")):
        done = auditor("why", "main:forgotten", "--format", "json", "--now", moment, cwd=shop)
        assert json.loads(done.stdout)["status"] == status
    assert auditor("routes", "--now", "2026-07-01", cwd=shop).returncode == 0


def test_names_that_would_steer_a_terminal_are_shown_as_escapes(auditor: Run, shop: Path) -> None:
    for name in (b"new\nline.py", b"esc\x1b[31mred.py", b"surrogate\xff.py", "bidi\u202e.py".encode(), b"-dash.py",
                 b"--output.py", b"::error::x.py", b"##[group].py"):  # fmt: skip
        (shop / os.fsdecode(name)).write_text("def größe(): pass\n", "utf-8")
    subprocess.run(["git", "add", "-A"], cwd=shop, check=True)
    subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@y", "commit", "-qm", "\x1b[31m"], cwd=shop, check=True
    )
    for arguments in (("scan",), ("scan", "--format", "markdown"), ("scan", "--format", "github"), ("routes",),
                      ("scan", "--format", "json"), ("gate", "--base", "HEAD")):  # fmt: skip
        done = auditor(*arguments, cwd=shop)
        assert done.returncode == (3 if "gate" in arguments else 0), done.stderr  # the gate cannot look into them
        assert "internal error" not in done.stderr
        assert not {c for c in done.stdout if ord(c) < 32 and c != "\n"} | {"\u202e", "\x7f"} & set(done.stdout)
        if arguments[:2] == ("scan",):
            assert not any(line.lstrip().startswith("::") or "##[" in line for line in done.stdout.splitlines())


def test_sources_no_parser_can_take_are_problems(auditor: Run, shop: Path) -> None:
    sources = {
        "empty.py": b"", "one.py": b"x", "nul.py": b"\0" * 100, "parens.py": b"(" * 5000 + b")" * 5000,
        "sum.py": b"x = " + b"+".join([b"1"] * 50_000), "minus.py": b"x = " + b"-" * 50_000 + b"1",
        "dots.py": b"x = a" + b".b" * 20_000, "elif.py": b"if 1: pass\n" + b"elif x: pass\n" * 10_000,
        "cookie.py": b"# coding: nonsense\n", "utf16.py": "x = 1".encode("utf-16"), "bom.py": b"\xef\xbb\xbfx = 1\n",
    }  # fmt: skip
    for name, content in sources.items():
        (shop / name).write_bytes(content)
    (shop / "loop.py").symlink_to("loop.py")
    (shop / "itself").symlink_to(".")
    (shop / "out.py").symlink_to("/etc/passwd")
    os.mkfifo(shop / "pipe.py")
    result = _scan(auditor, shop)
    problems = result["problems"]
    assert isinstance(problems, list)
    named = {problem["path"] for problem in problems}
    assert named >= {"nul.py", "parens.py", "minus.py", "cookie.py", "utf16.py", "loop.py", "out.py"}
    assert not named & {"empty.py", "one.py", "bom.py"}


def test_nothing_is_left_beside_the_sources(auditor: Run, shop: Path) -> None:
    auditor("scan", cwd=shop)
    done = subprocess.run(["git", "status", "--short"], cwd=shop, check=True, capture_output=True, text=True)
    assert done.stdout == ""


def test_a_pattern_that_is_none_is_named_in_settings_and_passed_over_in_gitignore(auditor: Run, tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("\\\nignored.py\n")
    (tmp_path / "ignored.py").write_text("x = 1\n")
    assert _scan(auditor, tmp_path)["files"] == 0
    (tmp_path / "auditor.toml").write_text("exclude = ['\\']\n")
    done = auditor("scan", cwd=tmp_path)
    assert done.returncode == 2
    assert "exclude = '\\\\' is impossible" in done.stderr
