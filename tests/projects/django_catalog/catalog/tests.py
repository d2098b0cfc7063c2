from django.test import TestCase


class ShelfTest(TestCase):
    def _pre_setup(self):
        self.opened = True
        super()._pre_setup()

    def _post_teardown(self):
        super()._post_teardown()

    def test_open(self):
        assert self.opened

    def _pre_teardown(self):  # expect: unreached
        return None
