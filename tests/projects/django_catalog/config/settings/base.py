DEBUG = False
ROOT_URLCONF = "config.urls"
INSTALLED_APPS = ["catalog.apps.CatalogConfig", "haystack", "django_extensions", "django.contrib.admin"]
MIDDLEWARE = ["catalog.middleware.plain", "catalog.middleware.Counting"]
AUTHENTICATION_BACKENDS = ["catalog.backends.TokenBackend"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "catalog.backends.Long", "OPTIONS": {}}]
PASSWORD_HASHERS = ["catalog.backends.Weak"]
AUTH_USER_MODEL = "catalog.Reader"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "context_processors": ["catalog.context.shelf"],
            "builtins": ["catalog.templatetags.shelves"],
            "loaders": [("catalog.context.Loader", ["x"])],
        },
    }
]
LOGGING = {
    "version": 1,
    "filters": {"quiet": {"()": "catalog.logs.Quiet"}},
    "handlers": {"null": {"class": "catalog.logs.Nowhere"}},
}
CACHES = {"default": {"BACKEND": "catalog.stores.Memory", "KEY_FUNCTION": "catalog.stores.key_of"}}
STORAGES = {"default": {"BACKEND": "catalog.stores.Shelf"}}
FILE_UPLOAD_HANDLERS = ["catalog.stores.Upload"]
DATABASE_ROUTERS = ["catalog.stores.Router"]
FORM_RENDERER = "catalog.context.Renderer"
TEST_RUNNER = "catalog.runner.Runner"
SESSION_ENGINE = "catalog.sessions"
EMAIL_BACKEND = "catalog.stores.Mail"
CSRF_FAILURE_VIEW = "catalog.views.csrf_failure"
CATALOG_PRICING = "catalog.pricing.euro"
