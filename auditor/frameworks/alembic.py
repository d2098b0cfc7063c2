"""Alembic: the environment file it runs, the revisions it imports, and hooks by decorator.

In: nothing. Out: `RULE`. Of a revision it reads identifiers and calls `upgrade` and `downgrade` (one for each
database of several); what else stands there lives by its uses. Never imports Alembic.
"""

from auditor.model.framework import DecoratorRule, FrameworkRule, names

_REVISION = names("upgrade downgrade upgrade_* downgrade_* revision down_revision branch_labels depends_on")

RULE = FrameworkRule(
    name="alembic",
    enablers=("alembic",),
    decorators=(
        DecoratorRule("alembic.*.dispatch_for*", "hook"),
        DecoratorRule("alembic.*.register*", "hook"),
        DecoratorRule("alembic.autogenerate.comparators.*", "hook"),
        DecoratorRule("alembic.autogenerate.renderers.*", "hook"),
        DecoratorRule("alembic.operations.Operations.*", "hook"),
    ),
    module_names={
        "*.versions.*": _REVISION,
        "versions.*": _REVISION,
        "*.alembic.env": (),
        "*.migrations.env": (),
        "alembic.env": (),
        "migrations.env": (),
    },
    marker_names={"down_revision": _REVISION},
)
