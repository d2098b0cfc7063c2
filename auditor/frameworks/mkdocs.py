"""MkDocs: the hooks of a documentation's build.

In: nothing. Out: `RULE`. Never imports MkDocs.
"""

from auditor.model.framework import FrameworkRule

_EVENTS = (
    "startup", "shutdown", "serve", "config", "pre_build", "files", "nav", "env", "post_build", "build_error",
    "pre_template", "template_context", "post_template", "pre_page", "page_read_source", "page_markdown",
    "page_content", "page_context", "post_page",
)  # fmt: skip

RULE = FrameworkRule(
    name="mkdocs",
    enablers=("mkdocs",),
    base_classes={"mkdocs.*": ("*",)},
    implicit_names=tuple(f"on_{event}" for event in _EVENTS),
)
