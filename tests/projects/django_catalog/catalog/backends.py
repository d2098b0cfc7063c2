from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import BasePasswordHasher


class TokenBackend(ModelBackend):
    def authenticate(self, request, token=None):
        return None

    def user_can_authenticate(self, user):
        return True

    def _get_permissions(self, user_obj, obj, from_name):
        return set()

    def forget(self, token):  # expect: unreached
        return None


class Long:
    def validate(self, password, user=None):
        return None

    def get_help_text(self):
        return "long"


class Weak(BasePasswordHasher):
    algorithm = "weak"

    def encode(self, password, salt):
        return password

    def salt_of(self, encoded):  # expect: unreached
        return ""


class Unlisted(ModelBackend):  # expect: unreached
    def authenticate(self, request, card=None):
        return None
