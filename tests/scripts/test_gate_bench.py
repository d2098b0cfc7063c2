"""The requests of `scripts/bench/gate`: each edits what it says, and leaves code that parses."""

import ast

from measuring.gate_speed import requests

TEXT = '"""Docstring."""\n\nimport os\n\n\ndef first(value):\n    return os.path.join(value)\n'


def test_each_request_edits_the_base_as_its_name_says() -> None:
    base = requests.helpers(TEXT, 7)
    texts = {kind: edit(base, 7) for kind, edit in requests.KINDS.items()}
    assert all(text != base and ast.parse(text) for text in texts.values())
    assert "_bench_helper_7" not in texts["helpers inlined"] + texts["helpers renamed"]
    assert "bench_user_7" in texts["helpers inlined"]
    assert "def _bench_added_7" in texts["functions added"]


def test_only_the_first_file_loses_its_public_function() -> None:
    first, second = (requests.KINDS["public function deleted"](requests.helpers(TEXT, n), n) for n in (0, 1))
    assert "def bench_user_0" not in first
    assert "def bench_user_1" in second
