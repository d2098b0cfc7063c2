"""Plugins that deployments name in the environment."""

import os
from importlib import import_module


def price_plugin():
    """Return the function that SHOP_PRICE_PLUGIN names as module:function, None where it names none."""
    module, _, name = os.environ.get("SHOP_PRICE_PLUGIN", "").partition(":")
    return getattr(import_module(module), name) if module else None
