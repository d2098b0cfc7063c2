from unittest import mock
from unittest.mock import patch

import lookups
import patched


@patch.object(patched.Client, "send")
def test_send(send):
    with mock.patch("patched.timeout"), mock.patch.object(patched, "retries", 3):
        assert patched.Client and lookups.Record


def test_spy(monkeypatch, mocker):
    monkeypatch.setattr(patched, "delay", 0)
    mocker.spy(patched.Client, "shut")
