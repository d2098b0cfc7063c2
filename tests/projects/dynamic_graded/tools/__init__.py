import importlib


def start(name):
    return importlib.import_module(name)
