from airflow.hooks.base import BaseHook
from airflow.plugins_manager import AirflowPlugin


class BankHook(BaseHook):
    conn_type = "bank"

    def get_conn(self):
        return None

    @classmethod
    def get_connection_form_widgets(cls):
        return {}

    def get_old_conn(self):  # expect: unreached
        return None


class BankPlugin(AirflowPlugin):
    name = "bank"

    @classmethod
    def on_load(cls, *args, **kwargs):
        return None

    def unload(self):  # expect: unreached
        return None
