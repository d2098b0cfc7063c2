"""Sphinx: extensions and the configuration file, which documentation is built with.

In: nothing. Out: `RULE`. Never imports Sphinx.
"""

from auditor.model.framework import FrameworkRule

_ALL = ("*",)

RULE = FrameworkRule(
    name="sphinx",
    enablers=("sphinx", "docutils"),
    base_classes={"docutils.*": _ALL, "sphinx.*": _ALL},
    module_names={"*._ext.*": ("setup",), "*.ext.*": ("setup",), "docs.*": ("setup",), "doc.*": ("setup",)},
)
