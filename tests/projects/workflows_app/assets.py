from dagster import ConfigurableIOManager, ConfigurableResource, Definitions, asset, op, run_failure_sensor


class Files(ConfigurableIOManager):
    folder: str

    def handle_output(self, context, obj):
        self.written(obj)

    def load_input(self, context):
        return None

    def written(self, obj):
        return obj

    def erased(self, obj):  # expect: unreached
        return obj


class Database(ConfigurableResource):
    def setup_for_execution(self, context):
        self.opened()

    def teardown_after_execution(self, context):
        return None

    def opened(self):
        return None

    def reopened(self):  # expect: unreached
        return None


@asset
def customers():
    return cleaned([])


def cleaned(rows):
    return rows


@op
def forgotten():  # expect: unreached
    return None


@run_failure_sensor
def alarm(context):
    return None


defs = Definitions(assets=[customers], resources={"files": Files(folder="x"), "database": Database()})
