"""Robot Framework: keywords of libraries, which suites outside of Python name, and listeners.

In: nothing. Out: `RULE`. A class with `ROBOT_LIBRARY_SCOPE` or decorated as a library serves suites; so does a file
in `libraries` or `resources`. Never imports Robot Framework.
"""

from auditor.model.framework import DecoratorRule, FrameworkRule

_PUBLIC = ("[A-Za-z]*",)

RULE = FrameworkRule(
    name="robot",
    enablers=("robot", "robotlibcore", "SeleniumLibrary"),
    decorators=(
        DecoratorRule("robot.api.deco.*", "hook"),
        DecoratorRule("robotlibcore.keyword", "hook"),
        DecoratorRule("SeleniumLibrary.base.keyword", "hook"),
    ),
    module_names={"*.libraries.*": _PUBLIC, "libraries.*": _PUBLIC, "*.keywords.*": _PUBLIC, "keywords.*": _PUBLIC},
)
