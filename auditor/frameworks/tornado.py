"""Tornado: the suite its test runner asks for. Handlers live by their base class, of which nothing more is known.

In: nothing. Out: `RULE`. Never imports Tornado.
"""

from auditor.model.framework import DecoratorRule, FrameworkRule

RULE = FrameworkRule(
    name="tornado",
    enablers=("tornado",),
    decorators=(DecoratorRule("tornado.testing.gen_test", "test", production=False),),
    implicit_names=("all",),
)
