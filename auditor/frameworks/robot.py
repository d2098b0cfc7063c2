"""Robot Framework: keywords of libraries, which suites outside of Python name, and listeners.

In: nothing. Out: `RULE`. What is decorated as a library or keyword serves suites; so does a file in `libraries` or
`keywords`. Listeners and dynamic libraries need no base. Never imports Robot Framework.
"""

from auditor.model.framework import DecoratorRule, FrameworkRule, names

_PUBLIC = ("[A-Za-z]*",)

RULE = FrameworkRule(
    name="robot",
    enablers=("robot", "robotlibcore", "SeleniumLibrary"),
    decorators=(
        DecoratorRule("robot.api.deco.*", "hook"),
        DecoratorRule("robotlibcore.keyword", "hook"),
        DecoratorRule("SeleniumLibrary.base.keyword", "hook"),
    ),
    method_names=names(
        """
        ROBOT_* get_keyword_names run_keyword get_keyword_documentation get_keyword_arguments get_keyword_types
        get_keyword_tags get_keyword_source start_suite end_suite start_test end_test start_keyword end_keyword
        start_user_keyword end_user_keyword start_library_keyword end_library_keyword log_message message
        library_import resource_import variables_import output_file result_file log_file report_file xunit_file
        debug_file close parse_init
        """
    ),
    module_names={"*.libraries.*": _PUBLIC, "libraries.*": _PUBLIC, "*.keywords.*": _PUBLIC, "keywords.*": _PUBLIC},
)
