from django.urls import path
from django.utils.module_loading import import_string

import providers.blue.views  # noqa: F401
import providers.red.views  # noqa: F401


def patterns(package):
    return [path("sign-in/", import_string(package + ".views.sign_in"))]
