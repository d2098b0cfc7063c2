from django.conf import settings
from django.utils.module_loading import import_string


def price(amount):
    return import_string(getattr(settings, "CATALOG_PRICING", "catalog.pricing.euro"))(amount)
