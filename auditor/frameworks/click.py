"""Click and Typer: commands and groups, callbacks and parameter types.

In: nothing. Out: `RULE`. Never imports either.

A command is an entry point where its group is used: `@cli.command()` on a group that something adds, runs or declares,
`@click.command()` when something refers to it (a script in the metadata, `add_command`, a `__main__` guard).
"""

from auditor.model.framework import DecoratorRule, FrameworkRule

_TYPER = ("typer.Typer", "typer.main.Typer")
_VERBS = ("command", "callback")

RULE = FrameworkRule(
    name="click",
    enablers=("click", "typer", "rich_click", "asyncclick", "cloup"),
    decorators=(
        DecoratorRule("*click.*.command", "command", mounted=True),
        DecoratorRule("*click.*.group", "command", mounted=True),
        DecoratorRule("cloup.*.command", "command", mounted=True),
        DecoratorRule("cloup.*.group", "command", mounted=True),
        DecoratorRule("*click.*.result_callback", "hook", mounted=True),
        DecoratorRule("*click.*.resultcallback", "hook", mounted=True),
        *(DecoratorRule(f"{one}.{verb}", "command", mounted=True) for one in _TYPER for verb in _VERBS),
    ),
    base_classes={
        "click.*": (
            "convert", "name", "get_metavar", "get_missing_message", "shell_complete", "split_envvar_value",
            "to_info_dict",
            "get_command", "list_commands", "resolve_command", "invoke", "format_*", "parse_args", "make_*", "get_*",
            "main", "process_value", "type_cast_value", "consume_value", "value_from_envvar", "handle_parse_result",
            "add_to_parser", "value_is_missing", "show", "collect_usage_pieces", "write*", "section", "indentation",
            "context_class", "command_class", "group_class", "allow_*", "ignore_unknown_options",
            "envvar_list_splitter",
            "is_composite", "arity", "fail", "format_message", "exit_code",
        ),
        "typer.core.*": ("get_command", "list_commands", "invoke", "format_*", "parse_args", "make_*", "get_*", "main"),
        "typer.*": ("get_command", "list_commands", "invoke", "format_*", "parse_args", "make_*", "get_*", "main"),
    },
    calls=("add_command", "add_typer", "Typer", "Group", "group", "command", "run"),
)  # fmt: skip
