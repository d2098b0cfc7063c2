import main


class SharedTestBase:
    def setup_method(self):
        self.value = main.tested()

    def test_in_a_base(self):
        assert self.value

    def leftover(self):  # expect: unreached
        return 1


class check_main(SharedTestBase):
    def test_used(self):
        assert main.used()

    def should_be_one(self):
        assert main.used() == 1


class Helper:  # expect: unreached
    def test_nothing(self):
        return None


def should_run():
    assert main.used()
