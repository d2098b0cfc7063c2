"""Names of pytest's fixtures. In: a name. Out: whether a plugin may ask for it. Never looks at a project."""

from fnmatch import fnmatchcase

_ASKED_BY_PLUGINS = (
    "event_loop*", "loop*", "anyio_*", "django_*", "live_server*", "celery_*", "docker_*", "vcr*", "browser*",
    "playwright*", "splinter_*", "pytestbdd_*", "postgresql*", "redis*", "mysql*", "mongo*", "rabbitmq*",
    "elasticsearch*", "http*", "selenium*", "driver*", "chrome_*", "firefox_*", "capabilities", "context", "app",
    "aiohttp_*", "cli", "client*",
    "snapshot*", "faker_*", "pyramid_*", "hass*", "enable_*", "base_url", "sensitive_url", "record_*", "assert_all_*",
    "non_mocked_hosts", "mock_*", "mocked_*", "requests_mock*", "kube*", "dash_*", "qapp*", "qt*", "io_loop*", "http_*",
    "alembic_*", "spark_*", "datadir*", "original_datadir", "lazy_datadir", "embedded_*", "benchmark*", "sqlalchemy_*",
    "connection*", "engine*", "testcontainers*", "nb_*", "setup*", "image_*", "ini_*", "proxy_*", "ws_*", "extra*",
    "_*", "doctest_namespace", "pytest_*", "scope_*", "default_*", "cov", "server*", "caplog*", "request*", "pact*",
)  # fmt: skip
"""Names that plugins let a project override, and then ask for themselves."""


def for_plugins(name: str) -> bool:
    """Return whether a plugin may ask for a fixture of this name, with no test that names it."""
    return any(fnmatchcase(name, glob) for glob in _ASKED_BY_PLUGINS)
