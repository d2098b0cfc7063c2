"""behave: feature steps and the environment file. They are tests by their place.

In: nothing. Out: `RULE`. Never imports behave.
"""

from auditor.model.framework import DecoratorRule, FrameworkRule

_STEPS = ("given", "when", "then", "step", "Given", "When", "Then", "Step", "fixture")

RULE = FrameworkRule(
    name="behave",
    enablers=("behave",),
    decorators=tuple(DecoratorRule(f"behave.{one}", "test", production=False) for one in _STEPS),
    module_names={
        "features.environment": ("before_*", "after_*"),
        "*.features.environment": ("before_*", "after_*"),
        "features.steps.*": (),
        "*.features.steps.*": (),
    },
)
