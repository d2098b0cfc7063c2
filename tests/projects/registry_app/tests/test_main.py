import main


class FakeLabel:
    def shown(self):
        return 1

    def imitated(self):
        return 1


class Unused:  # expect: unreached
    pass


def test_page():
    assert main.pages.render("", FakeLabel())
