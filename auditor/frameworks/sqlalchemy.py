"""SQLAlchemy and SQLModel: mapped classes, events, validators, types.

In: nothing. Out: `RULE`. Never imports either.
"""

from auditor.model.framework import DecoratorRule, FrameworkRule

_MAPPED = ("__*__", "metadata", "registry", "type_annotation_map", "query", "query_class")

RULE = FrameworkRule(
    name="sqlalchemy",
    enablers=("sqlalchemy", "sqlmodel", "flask_sqlalchemy"),
    decorators=(
        DecoratorRule("sqlalchemy.event.listens_for", "hook"),
        DecoratorRule("sqlalchemy.orm.validates", "hook"),
        DecoratorRule("sqlalchemy.orm.reconstructor", "hook"),
        DecoratorRule("sqlalchemy.ext.compiler.compiles", "hook"),
        DecoratorRule("sqlalchemy.ext.declarative.declared_attr*", "hook"),
        DecoratorRule("sqlalchemy.orm.declared_attr*", "hook"),
        DecoratorRule("sqlalchemy.types.TypeDecorator.*", "hook"),
    ),
    base_classes={
        "sqlalchemy.orm.DeclarativeBase": _MAPPED,
        "sqlalchemy.orm.DeclarativeBaseNoMeta": _MAPPED,
        "sqlalchemy.orm.MappedAsDataclass": _MAPPED,
        "sqlalchemy.ext.declarative.declarative_base": _MAPPED,
        "sqlalchemy.orm.declarative_base": _MAPPED,
        "flask_sqlalchemy.SQLAlchemy.Model": _MAPPED,
        "*.db.Model": _MAPPED,
        "sqlmodel.SQLModel": (*_MAPPED, "model_config", "Config"),
        "sqlalchemy.types.*": (
            "impl", "cache_ok", "process_*", "load_dialect_impl", "bind_processor", "result_processor", "get_*",
            "coerce_*",
            "compare_values", "copy*", "python_type", "bind_expression", "column_expression", "type_engine",
            "comparator_factory", "Comparator", "literal_processor", "should_evaluate_none", "sort_key_function",
        ),
        "sqlalchemy.TypeDecorator": ("impl", "cache_ok", "process_*", "load_dialect_impl", "coerce_*", "python_type",
                                     "copy*"),
        "sqlalchemy.sql.*": ("inherit_cache", "name", "type", "__visit_name__"),
        "sqlalchemy.ext.mutable.*": ("coerce", "changed"),
        "sqlalchemy.ext.hybrid.Comparator": ("operate", "__clause_element__"),
        "sqlalchemy.engine.*Dialect": ("*",),
    },
    wrapping=("sqlalchemy.ext.hybrid.hybrid_property", "sqlalchemy.ext.hybrid.hybrid_method"),
    calls=("listen", "declarative_base", "relationship"),
)  # fmt: skip
