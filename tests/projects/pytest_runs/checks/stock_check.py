from shop.main import tested_only


class TestStock:
    def test_all(self) -> None:
        assert tested_only()
