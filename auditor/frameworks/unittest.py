"""unittest (and Django's test cases, which extend it): tests, set-up and tear-down. Nothing here is production.

In: nothing. Out: `RULE`. `asynctest` and `aiounittest` follow the same protocol.
"""

from auditor.model.framework import FrameworkRule

_CASE = (
    "test*", "setUp", "tearDown", "setUpClass", "tearDownClass", "setUpTestData", "asyncSetUp", "asyncTearDown",
    "runTest",
    "_pre_setup", "_post_teardown", "_fixture_setup", "_fixture_teardown", "_should_reload_connections",
    "run", "id", "shortDescription", "maxDiff", "longMessage", "failureException", "fixtures", "databases",
    "client_class", "serialized_rollback", "reset_sequences", "available_apps", "setup_*", "teardown_*",
)  # fmt: skip
_BASES = (
    "unittest.TestCase", "unittest.case.TestCase", "unittest.IsolatedAsyncioTestCase", "unittest2.TestCase",
    "django.test.*TestCase", "django.test.testcases.*", "django.test.LiveServerTestCase",
    "django.contrib.staticfiles.testing.StaticLiveServerTestCase", "django.contrib.gis.*TestCase",
    "rest_framework.test.*TestCase", "aiounittest.*", "asynctest.*", "twisted.trial.unittest.*", "flask_testing.*",
    "tornado.testing.*", "testtools.*", "absl.testing.*", "starlette.testclient.*", "hypothesis.extra.django.*",
)  # fmt: skip

RULE = FrameworkRule(
    name="unittest",
    enablers=("*",),
    base_classes={
        **dict.fromkeys(_BASES, _CASE),
        "unittest.TestResult": ("*",),
        "unittest.TextTestResult": ("*",),
        "unittest.TextTestRunner": ("run", "_makeResult", "resultclass"),
        "unittest.TestLoader": ("*",),
        "unittest.TestSuite": ("*",),
        "doctest.OutputChecker": ("check_output", "output_difference"),
    },
)
