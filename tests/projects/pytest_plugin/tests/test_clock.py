import unittest

from pytest_clock import _now


def build():
    return _now()


def test_now(clock, frozen):
    assert build() == clock


class TestClock:
    def setup_method(self):
        self.value = self.make()

    def make(self):
        return 1

    def test_value(self):
        assert self.value

    def never_run(self):  # expect: unreached
        return None


class ClockCase(unittest.TestCase):
    def setUp(self):
        self.value = 1

    def test_it(self):
        self.assertTrue(self.value)
