from extra_commands import sync
from tool.commands import migrate


def test_sync():
    assert sync and migrate
