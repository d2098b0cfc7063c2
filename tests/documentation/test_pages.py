"""Everything that README and docs tell people to type is typed here, and does what they say."""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.demo.test_flow import PAGES_IN_THE_SHOP
from tests.documentation.pages import COMMANDS, REPOSITORY, SESSION, blocks, name_of, pages, run
from tests.redis_deployments import RedisServer, free_port

# They begin in the demonstration's shop, which takes long to build.
_TRIED_WITH_THE_DEMONSTRATION = {"README.md", "docs/tutorial.md", *PAGES_IN_THE_SHOP}
_TRIED_IN_A_COPY_OF_THE_PACKAGE = REPOSITORY / "docs" / "contributing"
_WITH_COMMANDS = [
    page
    for page in pages()
    if name_of(page) not in _TRIED_WITH_THE_DEMONSTRATION
    and page.parent != _TRIED_IN_A_COPY_OF_THE_PACKAGE
    and any(block.language in {COMMANDS, SESSION} for block in blocks(page))
]


@pytest.mark.parametrize("page", _WITH_COMMANDS, ids=name_of)
def test_a_page_does_what_it_says(page: Path, tmp_path: Path, environment: dict[str, str]) -> None:
    if page.stem == "react" and not shutil.which("npm"):
        pytest.skip("there is no npm on this machine, and the page installs a package with it")
    replaced = {"8000": str(free_port())}
    server = RedisServer(tmp_path) if "6379" in page.read_text("utf-8") else None
    if server:
        replaced["6379"] = server.url.split(":")[-1].split("/")[0]
    try:
        run(page, tmp_path / "shop", environment, replaced)
    finally:
        if server:
            server.stop()


def test_what_pages_install_is_what_they_are_tried_with() -> None:
    commands = [block.text for page in pages() for block in blocks(page) if block.language == COMMANDS]
    lines = [line for text in commands for line in text.splitlines()]
    installed = {
        word for line in lines if line.startswith("pip install ") for word in shlex.split(line, comments=True)[2:]
    }
    assert {"auditor", "fastapi", "auditor[warehouse]"} <= installed
    asked = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--no-index", *sorted(installed)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
