"""Commands run in the edited tree, import from it, end in time and leave no processes."""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from auditor.errors import ConfigError
from auditor.removal.verify import Checkout, Verification, run_tests, smoke_import

SECONDS = timedelta(seconds=30)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    for tree, value in (("edited", 2), ("user", 1)):
        package = tmp_path / tree / "src" / "shop"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text(f"VALUE = {value}\n")
        (tmp_path / tree / "src" / "top.py").write_text("")
    (tmp_path / "user" / "src" / "removed.py").write_text("import shop\n")
    return Checkout(tmp_path / "edited", tmp_path / "user", ("src",))


def python(checkout: Checkout, code: str, timeout: timedelta = SECONDS, **more: str) -> Verification:
    script = checkout.directory / "script.py"
    script.write_text(code)
    return run_tests(checkout, f"{sys.executable} script.py", timeout, dict(os.environ) | more)


def test_the_edited_tree_is_imported_though_the_users_is_on_the_path(checkout: Checkout) -> None:
    path = f"{checkout.original / 'src'}{os.pathsep}/elsewhere"
    done = python(checkout, "import os, shop; print(shop.VALUE, os.environ['PYTHONPATH'])", PYTHONPATH=path)
    assert done.passed
    assert done.tail == f"2 {checkout.directory / 'src'}{os.pathsep}/elsewhere"


def test_what_the_commands_see(checkout: Checkout) -> None:
    code = (
        "import os, pathlib, sys, shop\n"
        "print(os.environ['AUDITOR_TRACKING'], 'GIT_DIR' in os.environ, sys.stdin.read() == '')"
    )
    assert python(checkout, code, GIT_DIR="/elsewhere").tail == "off False True"
    assert not list(checkout.directory.rglob("__pycache__"))


def test_a_smoke_import_is_not_satisfied_by_the_users_tree(checkout: Checkout, tmp_path: Path) -> None:
    assert smoke_import(checkout, "shop:VALUE", SECONDS, os.environ).passed
    assert smoke_import(checkout, "top", SECONDS, os.environ).passed
    finder = tmp_path / "editable"
    finder.mkdir()
    (finder / "sitecustomize.py").write_text(f"import sys\nsys.path.append({str(checkout.original / 'src')!r})\n")
    found = smoke_import(checkout, "removed", SECONDS, dict(os.environ) | {"PYTHONPATH": str(finder)})
    assert not found.passed
    assert "removed was imported from" in found.tail
    assert "not from the edited tree" in found.tail


def test_output_is_cut_to_its_end_and_made_harmless(checkout: Checkout) -> None:
    done = python(checkout, "print('x' * 5_000_000)\nprint('\\x1b[31mred')\nfor n in range(100): print(n)\nexit(1)")
    assert not done.passed
    assert len(done.tail) < 20_000
    assert done.tail.splitlines()[-1] == "99"
    assert "\x1b" not in done.tail


def test_a_command_that_does_not_end_is_stopped_with_its_children(checkout: Checkout, tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(child.pid))\ntime.sleep(60)\n"
    )
    started = time.monotonic()
    done = python(checkout, code, timedelta(seconds=3))
    assert not done.passed
    assert "stopped after 3 s (plan.timeout)" in done.tail
    assert time.monotonic() - started < 20
    assert gone(int((tmp_path / "pid").read_text()))


def test_a_server_left_behind_is_stopped(checkout: Checkout, tmp_path: Path) -> None:
    code = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(child.pid))\n"
    )
    assert python(checkout, code).passed
    assert gone(int((tmp_path / "pid").read_text()))


def gone(process: int) -> bool:
    """Whether a process has ended; a zombie that its new parent has not reaped yet has."""
    for _ in range(100):
        stat = Path(f"/proc/{process}/stat")
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        if stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


def test_no_shell_reads_the_command(checkout: Checkout) -> None:
    done = run_tests(
        checkout, f"{sys.executable} -c 'import sys; print(sys.argv[1:])' '$HOME' ; true", SECONDS, os.environ
    )
    assert done.tail == "['$HOME', ';', 'true']"


def test_a_program_in_the_users_tree_is_found(checkout: Checkout) -> None:
    tool = checkout.original / ".venv/bin/check"
    tool.parent.mkdir(parents=True)
    tool.write_text("#!/bin/sh\npwd\n")
    tool.chmod(0o755)
    assert run_tests(checkout, ".venv/bin/check", SECONDS, os.environ).tail == str(checkout.directory)


@pytest.mark.parametrize("command", ["", "   ", "'open", "absent-program", "./absent"])
def test_commands_that_cannot_run_are_the_users_mistake(checkout: Checkout, command: str) -> None:
    with pytest.raises(ConfigError):
        run_tests(checkout, command, SECONDS, os.environ)


@pytest.mark.parametrize("target", ["", ":app", "shop:", "a-b:c", "shop:app; import os", "shop.main:app()"])
def test_smoke_targets_are_names(checkout: Checkout, target: str) -> None:
    if target == "shop:":
        assert smoke_import(checkout, target, SECONDS, os.environ).passed
        return
    with pytest.raises(ConfigError, match="is not 'module:attribute'"):
        smoke_import(checkout, target, SECONDS, os.environ)
