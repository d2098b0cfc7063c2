from django.core.cache.backends.locmem import LocMemCache
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.core.mail.backends.base import BaseEmailBackend


class Memory(LocMemCache):
    def get(self, key, default=None, version=None):
        return default


def key_of(key, key_prefix, version):
    return key


class Shelf(FileSystemStorage):
    def get_available_name(self, name, max_length=None):
        return name

    def is_name_available(self, name, max_length=None):
        return True

    def shelve(self, name):  # expect: unreached
        return name


class Upload(MemoryFileUploadHandler):
    def receive_data_chunk(self, raw_data, start):
        return raw_data


class Router:
    def db_for_read(self, model, **hints):
        return None

    def allow_migrate(self, db, app_label, **hints):
        return True


class Mail(BaseEmailBackend):
    def send_messages(self, messages):
        return 0

    def recall(self):  # expect: unreached
        return None
