from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from catalog import checks, receivers  # noqa: F401

    def unready(self):  # expect: unreached
        return None
