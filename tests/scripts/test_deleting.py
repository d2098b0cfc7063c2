"""The opposite proof's first half: everything unreached goes from a tree, imports of it included."""

from pathlib import Path

from measuring.deleting import delete_unreached

FILES = {
    "shop/__init__.py": "",
    "shop/main.py": (
        "from shop.prices import price\n\n\ndef main():\n    print(price(1))\n\n\n"
        'if __name__ == "__main__":\n    main()\n'
    ),
    "shop/prices.py": (
        "import os\nfrom flask.json.provider import JSONProvider\n\n\nclass Row(JSONProvider):\n    size: int\n\n"
        "    def rate(self):\n        return os.cpu_count()\n\n\n"
        "def price(size):\n    return Row(size).size\n\n\ndef old(size):\n    return size\n"
    ),
    "shop/legacy.py": "def gone():\n    return 1\n",
    "tests/rows.py": "def row():\n    return 1\n\n\ndef rows():\n    return []\n",
    "tests/test_prices.py": (
        "from rows import row, rows\n\nfrom shop.prices import price\n\n\n"
        "def test_price():\n    assert price(1) == row()\n"
    ),
    "auditor.toml": 'project = "application"\n',
}


def test_everything_unreached_goes_and_what_cannot_raises(tmp_path: Path) -> None:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    done = delete_unreached(tmp_path)
    assert done.files == ["shop/legacy.py"]
    assert done.deleted["shop/prices.py"] == ["shop.prices:old"]
    assert "from rows import row\n" in (tmp_path / "tests/test_prices.py").read_text()  # a module beside the test
    assert list(done.held) == done.raising == ["shop.prices:Row.rate"]  # a base of another library may call it
    assert "called although unreached: shop.prices:Row.rate" in (tmp_path / "shop/prices.py").read_text()
    assert done.lines == 2 + 4 + 4
