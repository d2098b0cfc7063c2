import importlib


def import_string(name):
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)
