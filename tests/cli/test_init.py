"""`init`: a configuration that loads, written once, in the file's own manner."""

import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.config import load

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_it_writes_one_configuration_and_never_another(auditor: Run, tmp_path: Path) -> None:
    done = auditor("init", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("Next: auditor scan\n")
    written = (tmp_path / "auditor.toml").read_bytes()
    assert load(tmp_path).config.app == tmp_path.name
    assert "name one in auditor.toml below [[usage.sources]]" in auditor("collect", cwd=tmp_path).stderr
    again = auditor("init", cwd=tmp_path)
    assert (again.returncode, again.stdout) == (2, "")
    assert "holds a configuration already" in again.stderr
    assert (tmp_path / "auditor.toml").read_bytes() == written


@pytest.mark.parametrize("document", [
    b'[project]\r\nname = "shop"\r\n', b'[project]\nname = "shop"', b'\xef\xbb\xbf[project]\nname = "shop"\n', b"",
], ids=["crlf", "no-newline", "bom", "empty"])  # fmt: skip
def test_pyproject_keeps_its_text_and_line_endings(auditor: Run, tmp_path: Path, document: bytes) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_bytes(document)
    assert auditor("init", cwd=tmp_path).returncode == 0
    written = path.read_bytes()
    assert written.startswith(document.rstrip())
    assert (b"\r\n" in written) == (b"\r\n" in document)
    assert load(tmp_path).path == path
    if document == b"":
        assert "pyproject.toml below [[tool.auditor.usage.sources]]" in auditor("collect", cwd=tmp_path).stderr


def test_pyproject_that_can_take_no_table_is_left_alone(auditor: Run, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("tool = { other = 1 }\n")
    assert auditor("init", cwd=tmp_path).returncode == 0
    assert (tmp_path / "pyproject.toml").read_text() == "tool = { other = 1 }\n"
    assert load(tmp_path).path == tmp_path / "auditor.toml"


def test_a_hostile_directory_name_gives_a_configuration_that_loads(auditor: Run, tmp_path: Path) -> None:
    place = tmp_path / 'a"\n[x]\\\x1b\u202e'
    place.mkdir()
    done = auditor("init", cwd=place)
    assert done.returncode == 0
    assert not {"\x1b", "\u202e"} & set(done.stdout)
    assert tomllib.loads((place / "auditor.toml").read_text("utf-8"))["app"] == "a[x]"


def test_a_library_is_told_what_that_means(auditor: Run, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shapes"\n')
    assert 'pyproject.toml: project = "application"\n' in auditor("init", cwd=tmp_path).stdout
    (tmp_path / "pyproject.toml").write_text("")
    assert "Of a library" not in auditor("init", cwd=tmp_path).stdout


def test_gitignore_gains_one_line(auditor: Run, shop: Path) -> None:
    (shop / "pyproject.toml").unlink()
    (shop / ".gitignore").write_bytes(b"caf\xe9\r\n")
    assert auditor("init", cwd=shop).returncode == 0
    assert (shop / ".gitignore").read_bytes() == b"caf\xe9\r\n.auditor/\r\n"
    (shop / "auditor.toml").unlink()
    assert auditor("init", cwd=shop).returncode == 0
    assert (shop / ".gitignore").read_bytes() == b"caf\xe9\r\n.auditor/\r\n"
