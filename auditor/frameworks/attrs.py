"""attrs: validators and defaults that a field's own decorators register.

In: nothing. Out: `RULE`. Fields of a decorated class live with it, and converters are named where they are given.
Never imports attrs.
"""

from auditor.model.framework import DecoratorRule, FrameworkRule

_FIELDS = ("attr.ib", "attr.attrib", "attr.field", "attrs.field", "attrs.ib", "attr._make.attrib")

RULE = FrameworkRule(
    name="attrs",
    enablers=("attr", "attrs"),
    decorators=tuple(
        DecoratorRule(f"{field}.{verb}", "hook") for field in _FIELDS for verb in ("validator", "default")
    ),
)
