"""prompt_toolkit: completers, validators, lexers and the other parts that a prompt calls.

In: nothing. Out: `RULE`. Never imports prompt_toolkit. Only its abstract classes are listed: of what extends one of the
finished ones, everything stays.
"""

from auditor.model.framework import FrameworkRule

RULE = FrameworkRule(
    name="prompt_toolkit",
    enablers=("prompt_toolkit",),
    base_classes={
        "prompt_toolkit.completion*.Completer": ("get_completions", "get_completions_async"),
        "prompt_toolkit.validation.Validator": ("validate", "validate_async", "from_callable"),
        "prompt_toolkit.auto_suggest.AutoSuggest": ("get_suggestion", "get_suggestion_async"),
        "prompt_toolkit.lexers*.Lexer": ("invalidation_hash", "lex_document"),
        "prompt_toolkit.history.History": (
            "append_string", "get_strings", "load", "load_history_strings", "store_string", "_loaded*",
        ),
        "prompt_toolkit.layout.processors.Processor": ("apply_transformation",),
        "prompt_toolkit.layout*.Margin": ("create_margin", "get_width"),
        "prompt_toolkit.clipboard*.Clipboard": ("get_data", "rotate", "set_data", "set_text"),
    },
)  # fmt: skip
