"""Given on the command line: `runtests --settings=test_sqlite`."""

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}
SECRET_KEY = "no secret"
USE_TZ = False
