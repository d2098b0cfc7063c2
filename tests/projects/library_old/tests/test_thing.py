import importlib

from fixtures_made import *


def load(name):
    return importlib.import_module(name)


def test_it(server):
    assert load("assets.named")
