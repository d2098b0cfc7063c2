from airflow.models.baseoperator import BaseOperator

from plugins.hooks import BankHook


class CopyOperator(BaseOperator):
    template_fields = ("path",)

    def execute(self, context):
        return self.moved(BankHook().get_conn())

    def execute_complete(self, context, event=None):
        return event

    def on_kill(self):
        return None

    def moved(self, conn):
        return self.defer(method_name="execute_complete")

    def moved_back(self):  # expect: unreached
        return None
