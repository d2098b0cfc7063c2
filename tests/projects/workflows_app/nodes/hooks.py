from kedro.framework.hooks import hook_impl
from kedro.io import AbstractDataset


class Timing:
    @hook_impl
    def before_node_run(self, node):
        return self.started(node)

    def started(self, node):
        return node

    def ended(self, node):  # expect: unreached
        return node


class Sheet(AbstractDataset):
    def load(self):
        return self.rows()

    def save(self, data):
        return None

    def _describe(self):
        return {}

    def rows(self):
        return []

    def columns(self):  # expect: unreached
        return []
