from django.contrib.sessions.backends.base import SessionBase


class SessionStore(SessionBase):
    def load(self):
        return {}

    def save(self, must_create=False):
        return None
