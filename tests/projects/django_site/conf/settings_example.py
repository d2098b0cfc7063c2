DEBUG = False
ROOT_URLCONF = "conf.urls"
INSTALLED_APPS = ["site_app"]
MIDDLEWARE = ["site_app.middleware.Guard"]
DATABASE_ROUTERS = ["site_app.routing.Replica"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "site_app.passwords.Long"}]
URL_PREFIX = ""


def not_a_setting():  # expect: unreached
    return None
