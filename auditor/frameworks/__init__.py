"""Framework rules, data first: one file a framework.

In: nothing. Out: `RULES`, an explicit tuple. Never imports a framework.

A new framework is one file with a rule, one line here, and one sample project under `tests/projects/`.
"""

from auditor.frameworks import (
    behave,
    celery,
    click,
    django,
    django_rest,
    flask,
    ipython,
    mkdocs,
    pydantic,
    pytest,
    sphinx,
    sqlalchemy,
    starlette,
    stdlib,
    tornado,
    unittest,
)
from auditor.model.framework import FrameworkRule

RULES: tuple[FrameworkRule, ...] = (
    stdlib.RULE,
    unittest.RULE,
    pytest.RULE,
    starlette.RULE,
    flask.RULE,
    django.RULE,
    django_rest.RULE,
    celery.RULE,
    click.RULE,
    ipython.RULE,
    behave.RULE,
    sphinx.RULE,
    mkdocs.RULE,
    tornado.RULE,
    *pydantic.RULES,
    *sqlalchemy.RULES,
)
