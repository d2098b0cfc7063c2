SECRET_KEY = "not a secret"
DEBUG = False
ROOT_URLCONF = "desk.urls"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth"]
USE_TZ = True
API_PREFIX = "api"
