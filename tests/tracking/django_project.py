"""Settings of the Django project that all tests of a process share: Django takes them once."""

import django
from django.conf import settings


def configure() -> None:
    """Configure Django unless a test did."""
    if not settings.configured:
        settings.configure(
            SECRET_KEY="not a secret", ALLOWED_HOSTS=["*"], USE_TZ=True, INSTALLED_APPS=["rest_framework"],
            REST_FRAMEWORK={"DEFAULT_AUTHENTICATION_CLASSES": [], "UNAUTHENTICATED_USER": None},
        )  # fmt: skip
        django.setup()
