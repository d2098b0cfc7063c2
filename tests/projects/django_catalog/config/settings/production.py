from .base import *

MIDDLEWARE += ["catalog.middleware.only_in_production"]
DEBUG = False
