"""Where pages are tried: a shell's environment, and an `auditor` that starts at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documentation.ready import ReadyAuditor
from tests.documentation.shell import shell_environment


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory with an `auditor` that starts at once."""
    directory = tmp_path_factory.mktemp("ready")
    auditor = ReadyAuditor(directory)
    yield directory
    auditor.stop()


@pytest.fixture
def environment(tmp_path: Path, ready: Path) -> dict[str, str]:
    """A shell's environment with a home directory of its own."""
    return shell_environment(tmp_path / "home", ready)
